// SPDX-License-Identifier: GPL-2.0
/*++

    The ways in and out of a block, in C.

--*/
#include "blocks.h"
#include "seh.h"

//
// Only in C: the second case jumps over the begin of the first block.
//
static int CasesInOneScope(int which)
{
    int result = 0;

    switch (which) {
    case 0:
        __try {
            ExRaiseStatus(STATUS_UNSUCCESSFUL);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            result = 1;
        }
        break;
    case 1:
        __try {
            result = 2;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            result = 200;
        }
        break;
    }
    return result;
}

ULONG RunBlocksInC(PULONG Lines)
{
    int lines[] = BLOCK_CASES;
    ULONG i;

    C_ASSERT(RTL_NUMBER_OF(lines) == BLOCK_COUNT);
    for (i = 0; i < BLOCK_COUNT; i++) {
        Lines[i] = lines[i];
    }
    Lines[BLOCK_COUNT] = CasesInOneScope(0) == 1 && CasesInOneScope(1) == 2 &&
                         CasesInOneScope(0) == 1 ? 0 : __LINE__;
    return BLOCK_COUNT + 1;
}
