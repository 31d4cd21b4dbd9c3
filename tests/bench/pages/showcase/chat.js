/**
 * What HPKV's showcase chat does in a browser, without the framework around it: a token, a socket, the whole room under
 * one key, and a send that reads it, adds a message and writes all of it back.
 */
const KEY = 'chat:general';
const messages = document.getElementById('messages');
const composer = document.getElementById('composer');
const waiting = new Map();
let asked = 0;

const { token } = await (await fetch('/token')).json();
const socket = new WebSocket(`ws://${location.host}/ws?token=${token}`);

function ask(op, value) {
	return new Promise((answered) => {
		const messageId = ++asked;
		waiting.set(messageId, answered);
		socket.send(JSON.stringify({ op, key: KEY, value, messageId }));
	});
}

const history = async () => JSON.parse((await ask(1)).value ?? '[]');

function show(all) {
	messages.replaceChildren(
		...all.map(({ id, user, text, timestamp }) => {
			const item = document.createElement('li');
			item.id = id;
			const name = document.createElement('strong');
			name.textContent = user;
			const time = document.createElement('time');
			time.textContent = new Date(timestamp).toLocaleTimeString();
			const said = document.createElement('p');
			said.textContent = text;
			item.append(name, time, said);
			return item;
		})
	);
	messages.lastElementChild?.scrollIntoView();
}

socket.addEventListener('message', ({ data }) => {
	const heard = JSON.parse(data);
	if (heard.type === 'notification') show(JSON.parse(heard.value));
	else waiting.get(heard.messageId)?.(heard);
});

composer.addEventListener('submit', async (event) => {
	event.preventDefault();
	const { value: text } = composer.message;
	composer.reset();
	const message = { id: crypto.randomUUID(), user: 'Ada', text, timestamp: Date.now() };
	const all = [...(await history()), message];
	const { code } = await ask(2, JSON.stringify(all));
	if (code !== 200) throw new Error(`Not sent: ${code}`);
	show(all);
});

socket.addEventListener('open', async () => {
	show(await history());
	composer.message.disabled = composer.querySelector('button').disabled = false;
});
