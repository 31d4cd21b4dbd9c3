/** Makes the objects that live as long as the process. Routes and hooks import them; code of lib/server gets them as parameters. */
import { askFor, type Urgency } from '../../hpkv/clients/asker.ts';
import { bridge } from '../../host/bridge.ts';
import { networkOf } from '../../hpkv/server/network.ts';
import { openBlobs } from '../../blobs/open.ts';
import { eraseFiles } from './files/attached/erase.ts';
import { sweepFiles as sweepAttached } from './files/attached/sweep.ts';
import { Avatars } from './files/avatars/avatars.ts';
import { AvatarSheet } from './files/avatars/avatar-sheet.ts';
import { ShownAvatars } from './files/avatars/shown-avatars.ts';
import { ERASURE } from './files/erasure.ts';
import { Thumbnails } from './files/thumbnails/thumbnails.ts';
import { UploadLimits } from './files/upload-limits.ts';
import { Uploads } from './files/uploads.ts';
import { sharedNews } from './history/shared-news.ts';
import { Events } from './events.ts';
import { Posts } from './messages/post-message.ts';
import { subscribeDirect } from './messages/direct-subscribers.ts';
import { subscribeMessages } from './messages/subscribers.ts';
import { Audit } from './moderation/audit.ts';
import { deleteMessages, DELETION } from './moderation/deletions.ts';
import { renewEpochs, RENEWAL } from './moderation/renew-epochs.ts';
import { WholeCheck } from './doctor/whole-check.ts';
import { ChildPictures } from './pictures/child.ts';
import { PlaceSettings } from './place/settings.ts';
import { Presence } from './presence/presence.ts';
import { subscribeRooms } from './rooms/subscribers.ts';
import { Buckets } from './runtime/buckets.ts';
import { config } from './runtime/config.ts';
import { errorFacts, log } from './runtime/log.ts';
import { openStore, type OpenedStore } from './storage/open-store.ts';
import { processStore } from './storage/store.ts';
import { SetupState } from './setup/setup-state.ts';
import { OwnRooms } from './room-list/own-rooms.ts';
import { PeopleDirectory } from './views/people-directory.ts';
import { TaskWorker } from './tasks/task-queue.ts';
import { RoomDirectory } from './room-list/room-directory.ts';
import { RoomLists } from './room-list/room-list.ts';

const logged = (event: string) => (error: unknown) => log('error', event, errorFacts(error));
const monotonic = () => performance.now();

export const store = processStore();
export const settings = new PlaceSettings(store, config.pins, monotonic, store.hearing);
export const setupState = new SetupState(store, settings);
export const throttle = new Buckets(config, monotonic);
export const events = new Events((error, of) => log('error', 'subscriber-failed', { of, ...errorFacts(error) }));
/** Undefined where PRESENCE is off. */
export const presence = config.presence ? new Presence(store, Date.now, logged('presence-not-told')) : undefined;
subscribeMessages(
	events,
	store,
	async () => store.dropsHolders || (await settings.now()).reading === 'everyone',
	presence ? () => presence.everywhere() : 'off'
);
subscribeRooms(events, store, store.recent);
subscribeDirect(events, store);
export const posts = new Posts(store, Date.now, events, { hearing: store.rows });
if (config.store.mode === 'shared') presence?.hearOthers();
export const audit = new Audit(store, {
	clock: Date.now,
	entered: ({ act, person, room, n, by }) => log('info', 'operator', { act, person, room, n, by }),
	failed: (error, of, entry) => log('error', 'audit-not-written', { of, entry, ...errorFacts(error) })
});
export const blobs = openBlobs(config.files);
export const pictures = new ChildPictures({ entry: bridge.pictureProcess, failed: logged('pictures-not-made') });
export const dotEnvNames = bridge.dotEnvNames ?? [];
export const wholeCheck = new WholeCheck({
	program: bridge.commands,
	// Any free port, where the setting is 0.
	environment: () => (bridge.port === undefined ? {} : { PORT: String(bridge.port) }),
	clock: Date.now,
	failed: logged('doctor-failed')
});
export const uploads = new Uploads({
	...{ store, blobs, folder: config.files.parts, clock: Date.now },
	limits: new UploadLimits(store, blobs, config.files.parts, config.files.sizes)
});
export const thumbnails = new Thumbnails({
	...{ store, blobs, pictures, limits: uploads.limits },
	failed: logged('thumbnail-not-made')
});
export const avatars = new Avatars({
	...{ store, blobs, pictures, limits: uploads.limits, clock: Date.now },
	failed: logged('avatar-not-made'),
	notErased: logged('avatar-not-erased')
});
export const shownAvatars = new ShownAvatars({
	...{ store, blobs, settings, limits: uploads.limits },
	notErased: logged('avatar-not-erased')
});
export const sweepFiles = () => sweepAttached({ store, blobs, limits: uploads.limits, clock: Date.now });
const rest = (milliseconds: number) => new Promise<void>((over) => setTimeout(over, milliseconds));
const tasks = new TaskWorker(store, {
	clock: Date.now,
	work: {
		[DELETION]: deleteMessages({ store, events, audit, clock: Date.now, rest }),
		[RENEWAL]: renewEpochs({ store, clock: Date.now }),
		[ERASURE]: eraseFiles({ store, blobs, limits: uploads.limits, clock: Date.now })
	},
	isAlone: () => config.store.mode === 'embedded',
	failed: logged('task-failed')
});
export const directory = new RoomDirectory(store, monotonic, logged('preview-not-stored'), store.rows);
export const people = new PeopleDirectory(store, monotonic);
export const avatarSheet = new AvatarSheet({
	people: () => people.all(),
	isFree: () => store.hearsAllWrites,
	isOn: config.files.sizes.most > 0,
	clock: monotonic,
	failed: logged('avatars-not-read')
});
const ownRooms = new OwnRooms(store, monotonic, (ids) => people.namesOf(ids), store);
export const roomLists = new RoomLists(store, directory, ownRooms, monotonic, store);
export const newsSince = sharedNews(store);

/** Runs `work`, whose operations wait for the turn of the client's network at a hosted endpoint. An embedded store has no queue. */
export const askInTurn = <T>({ urgency, address }: { urgency: Urgency; address: string }, work: () => T): T =>
	config.store.mode !== 'hosted' ? work() : askFor({ urgency, person: networkOf(address) }, work);

export const isDraining = () => bridge.isDraining ?? false;

let opened: OpenedStore | undefined;

export const socketRefusal: OpenedStore['socketRefusal'] = (address, holder) => opened?.socketRefusal(address, holder);

export async function openServices(): Promise<void> {
	opened = await openStore({ onNodes: (count) => throttle.share(count) });
	store.attach(opened);
	tasks.start();
}

/** Bound at the stop: a hosted store may not answer, and readers also ask by themselves. */
const SETTLE_TIMEOUT_MS = 1_000;

/** Ends timers and waits for what follows answered requests. The store is closed by `bridge.close`. */
export async function closeServices(): Promise<void> {
	presence?.close();
	pictures.close();
	wholeCheck.close();
	await Promise.race([tasks.stop().then(() => events.settle()), rest(SETTLE_TIMEOUT_MS)]);
}
