import { attacks } from './attacks/attacks.ts';
import type { Row } from './row.ts';
import { answersLost } from './rows/answers-lost.ts';
import { away } from './rows/away.ts';
import { between } from './rows/between.ts';
import { clockBack } from './rows/clock-back.ts';
import { clientClock } from './rows/client-clock.ts';
import { canary } from './rows/canary.ts';
import { membersKilled, removalHalfOpen, removalNodes } from './rows/members.ts';
import { cuts } from './rows/cuts.ts';
import { dayLate } from './rows/day-late.ts';
import { halfOpen } from './rows/half-open.ts';
import { hostedLimit } from './rows/hosted-limit.ts';
import { hostedPlan } from './rows/hosted-plan.ts';
import { kill } from './rows/kill.ts';
import { linkDown } from './rows/link-down.ts';
import { notifications } from './rows/notifications.ts';
import { pageLife } from './rows/page-life.ts';
import { repeats } from './rows/repeats.ts';
import { sharedCancel } from './rows/shared-cancel.ts';
import { sharedFull } from './rows/shared-full.ts';
import { sharedKill } from './rows/shared-kill.ts';
import { sharedLines } from './rows/shared-lines.ts';
import { sharedNotify } from './rows/shared-notify.ts';
import { sharedPartition } from './rows/shared-partition.ts';
import { sharedPause } from './rows/shared-pause.ts';
import { sharedRolling } from './rows/shared-rolling.ts';
import { sharedRotation } from './rows/shared-rotation.ts';
import { sharedSchedules } from './rows/shared-schedules.ts';
import { sigterm } from './rows/sigterm.ts';
import { storeFaults } from './rows/store-faults.ts';
import { tabs } from './rows/tabs.ts';
import { uploadsKilled } from './rows/uploads.ts';
import { uploadsDiskFull } from './rows/uploads-disk-full.ts';
import { thumbnailsKilled } from './rows/uploads-thumbnails.ts';
import { uploadsMemory } from './rows/uploads-memory.ts';

/** Everything that is tried. */
export const rows: readonly Row[] = [
	kill,
	sigterm,
	answersLost,
	repeats,
	cuts,
	notifications,
	halfOpen,
	away,
	between,
	dayLate,
	storeFaults,
	hostedLimit,
	hostedPlan,
	clockBack,
	tabs,
	pageLife,
	clientClock,
	linkDown,
	membersKilled,
	removalHalfOpen,
	removalNodes,
	canary,
	uploadsKilled,
	thumbnailsKilled,
	uploadsDiskFull,
	uploadsMemory,
	sharedKill,
	sharedLines,
	sharedPause,
	sharedPartition,
	sharedFull,
	sharedNotify,
	sharedCancel,
	sharedRotation,
	sharedRolling,
	sharedSchedules,
	...attacks
];
