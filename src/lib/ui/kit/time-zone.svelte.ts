/** The reader's time zone. Set in a browser only: on the server all requests share it. */
class Reader {
	zone = $state<string>();
}
export const reader = new Reader();
