/** The fetch of universal load functions, which would take over that of the window: all pages load on the server. */
const none = () => {
	throw Error('See src/build/instead');
};
export function lock_fetch() {}
export function unlock_fetch() {}
export function initial_fetch() {
	none();
}
export function subsequent_fetch() {
	none();
}
export function dev_fetch() {
	none();
}
