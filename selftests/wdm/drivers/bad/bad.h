/* SPDX-License-Identifier: GPL-2.0 */
/* Mistakes, by number. */
#pragma once

#define BAD_TYPE 0x8035
#define BAD_CODE(n) CTL_CODE(BAD_TYPE, 0x900 + (n), METHOD_BUFFERED, FILE_ANY_ACCESS)

enum {
    BadCompleteTwice,
    BadCompleteTwiceLater,
    BadPendingUnmarked,
    BadNotCompleted,
    BadCancelRoutineLeft,
    BadCancelLockKept,
    BadRaiseInDpc,
    BadRaiseWithLock,
    BadSpinLockLeft,
    BadIrqlLeft,
    BadWaitAtDispatch,
    BadPagedAtDispatch,
    BadNoLocation,
    BadMadeNotStopped,
    BadObject,
    BadPoolTwice,
    BadPoolTag,
    BadFastMutex,
    BadWorkItemTwice,
    BadBugCheck,
    BadAssert,
    BadDeleteTwice,
    BadTooMuch,
    BadSameName,
    BadRaiseFreed,
    BadReuse,
    BadFreeTwice,
    BadParked,              // none: how many wait, as Information
    BadCount,
};
