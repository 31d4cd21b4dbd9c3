/** The zone of whoever reads. It is set in a browser alone: on the server it would be everybody's. */
class Reader {
	zone = $state<string>();
}
export const reader = new Reader();
