/** Joins the classes of `class={…}` where they are an array or an object, which no component here has. */
export function clsx() {
	throw Error('See src/build/instead');
}

export default clsx;
