// SPDX-License-Identifier: GPL-2.0
/*++

    The ways in and out of a block, in C++.

--*/
#include "blocks.h"
#include "seh.h"

namespace {

//
// In C++ a block ends also where goto leaves it within one scope.
//
int GotoInOneScope()
{
    int steps = 0;

    __try {
        __try {
            goto out;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            steps += 10;
        }
        steps += 100;
out:
        ExRaiseStatus(STATUS_DEVICE_REMOVED);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        steps += GetExceptionCode() == STATUS_DEVICE_REMOVED;
    }
    CHECK(steps == 1);
    return 0;
}

}

extern "C" ULONG RunBlocksInCpp(PULONG Lines)
{
    int lines[] = BLOCK_CASES;
    ULONG i;

    C_ASSERT(RTL_NUMBER_OF(lines) == BLOCK_COUNT);
    for (i = 0; i < BLOCK_COUNT; i++) {
        Lines[i] = lines[i];
    }
    Lines[BLOCK_COUNT] = GotoInOneScope();
    return BLOCK_COUNT + 1;
}
