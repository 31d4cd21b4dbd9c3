import { Answers } from './chaos/answers.ts';
import { startStore, startApp, UNLIMITED, scratch } from './support/process.ts';
import { Person, sendIds } from './e2e/person.ts';
import { randomUUID } from 'node:crypto';
const f = scratch();
const store = await startStore({ DATA_DIR: `${f.path}/h`, HPKV_API_KEY: 'k'.repeat(24) });
const answers = await Answers.to(store.url);
const app = await startApp({ ...UNLIMITED, PRESENCE: 'on', DATA_DIR: `${f.path}/a`, HPKV_BASE_URL: answers.url, HPKV_WS_URL: store.url, HPKV_API_KEY: 'k'.repeat(24) });
const ada = await Person.join(app.url, 'Ada'), grace = await Person.join(app.url, 'Grace');
const room = await ada.createRoom('Kitchen');
await ada.say(room, 'one', '@Grace two', 'three');
const p = Number(process.env.P ?? 0.3);
const kinds = [{kind:'refused',status:429},{kind:'refused',status:500},{kind:'lost'},{kind:'half'},{kind:'garbage'},{kind:'away'}];
answers.spoil = () => Math.random() < p ? kinds[Math.floor(Math.random()*kinds.length)] as never : { kind: 'none' };
const tally = new Map<string, number>();
const r = (n) => 1+Math.floor(Math.random()*n);
const acts = {
  send: () => ada.send(room, 'hi @Grace ' + Math.random(), sendIds()),
  edit: () => { const n = r(6); return ada.post(`${room}/${n}?/edit`, { n: String(n), message: 'x @Grace ' + Math.random() }); },
  del: () => { const n = 3 + r(6); return ada.post(`${room}?/delete`, { n: String(n) }); },
  react: () => grace.post(`${room}?/react`, { reaction: `${r(3)} 👍 on` }),
  unread: () => grace.post(`${room}?/unread`, { n: '1' }),
  read: () => grace.post(`${room}/read`, { n: '3' }),
  here: () => grace.post(`${room}/here`, { tab: 'tab-0000000000000001', act: 'here' }),
  gone: () => grace.post(`${room}/here`, { tab: 'tab-0000000000000001', act: 'gone' }),
  typing: () => grace.post(`${room}/here`, { tab: 'tab-0000000000000001', act: 'typing' }),
  page: () => grace.get(room), perma: () => grace.get(`${room}/2`), list: () => grace.get('/'), json: () => grace.get('/rooms.json?latest'),
  since: () => grace.get(`${room}/since?message=0&change=0&holes=`), msgs: () => grace.get(`${room}/messages?before=3`), watch: () => grace.get('/watch?room=kitchen'),
  create: () => ada.post('/?/create', { name: 'R' + Math.random(), formId: randomUUID() }),
  rename: () => grace.post('/you?/rename', { name: 'Grace ' + r(50) }), link: () => grace.post('/you?/link', {}), theme: () => grace.post('/you?/theme', { theme: 'dark' }), you: () => grace.get('/you'),
  settings: () => ada.get(`${room}/settings`), describe: () => ada.post(`${room}/settings?/describe`, { topic: 'T' + Math.random() }), ren: () => ada.post(`${room}/settings?/rename`, { name: 'Kitchen' }),
  join: () => grace.post('/?/join', { name: 'J' + Math.random().toString(36), formId: randomUUID() }), joinroom: () => grace.post(`${room}?/join`, { name: 'K' + Math.random().toString(36), formId: randomUUID(), message: 'kept', ...sendIds() }),
  signin: () => grace.post(`/signin/${ada.signIn}`, {}), signpage: () => grace.get(`/signin/${ada.signIn}`), op: () => ada.get('/operator'), health: () => grace.get('/healthz'), data: () => grace.get(`${room}/__data.json`), quote: () => grace.get(`${room}?quote=2`),
};
const names = Object.keys(acts);
const until = Date.now() + Number(process.env.MS ?? 40000);
await Promise.all(Array.from({length: 8}, async () => { while (Date.now() < until && app.alive()) {
  const name = names[Math.floor(Math.random()*names.length)];
  const a = await acts[name]().catch(e => ({ status: 'ERR ' + e.cause?.code, text: async () => '' }));
  await a.text();
  const k = `${name} ${a.status}`; tally.set(k, (tally.get(k) ?? 0) + 1);
}}));
for (const n of names) console.log(n.padEnd(10), [...tally].filter(([k]) => k.startsWith(n+' ')).map(([k,v]) => k.slice(n.length+1)+':'+v).sort().join('  '));
console.log('alive', app.alive());
console.log([...new Set(app.output().split('\n').filter(l => /unexpected|Error|sweep|not-/.test(l)).map(l => l.replace(/"time":"[^"]*",/,'').slice(0, 700)))].slice(0,15).join('\n'));
answers.close(); await app.stop().catch(()=>{}); await store.stop(); f.remove();
