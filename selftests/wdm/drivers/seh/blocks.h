/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways in and out of a block, once for each language. A case returns 0 if
 * it went as it should, else the line that saw it go wrong.
 */
#include <ntddk.h>

#define CHECK(e) do { if (!(e)) return __LINE__; } while (0)

static int FallThrough(void)
{
    int steps = 0;

    __try {
        steps += 1;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        steps += 100;
    }
    CHECK(steps == 1);
    return 0;
}

static int Raise(void)
{
    int steps = 0;

    __try {
        steps += 1;
        ExRaiseStatus(STATUS_DEVICE_BUSY);
        steps += 10;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        CHECK(GetExceptionCode() == STATUS_DEVICE_BUSY);
        steps += 100;
    }
    CHECK(steps == 101);
    return 0;
}

static int Deeper(int depth)
{
    if (depth == 0) {
        ExRaiseStatus(STATUS_IO_TIMEOUT);
    }
    return depth < 0 ? 0 : Deeper(depth - 1) + 1;
}

static int RaiseInFunction(void)
{
    volatile int result = 0;

    __try {
        result = Deeper(5);
    } __except (GetExceptionCode() == STATUS_IO_TIMEOUT
                    ? EXCEPTION_EXECUTE_HANDLER
                    : EXCEPTION_CONTINUE_SEARCH) {
        result = -1;
    }
    CHECK(result == -1);
    return 0;
}

/* A local variable that changes in the body has its last value after. */
static int Locals(int given)
{
    int a = given, b = given * 2, i;

    __try {
        for (i = 0; i < 3; i++) {
            a += i;
            b -= a;
        }
        ExRaiseStatus(STATUS_UNSUCCESSFUL);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        CHECK(a == given + 3 && b == given * 2 - 3 * given - 4);
        CHECK(i == 3);
        return 0;
    }
    return __LINE__;
}

static int Nested(void)
{
    int steps = 0;

    __try {
        __try {
            steps += 1;
            ExRaiseStatus(STATUS_ACCESS_DENIED);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            steps += 10;
        }
        steps += 100;
        ExRaiseStatus(STATUS_CANCELLED);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        CHECK(GetExceptionCode() == STATUS_CANCELLED);
        steps += 1000;
    }
    CHECK(steps == 1111);
    return 0;
}

static int ContinueSearch(void)
{
    int steps = 0;

    __try {
        __try {
            ExRaiseStatus(STATUS_NO_MEMORY);
        } __except (EXCEPTION_CONTINUE_SEARCH) {
            steps += 1;
        }
        steps += 10;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        CHECK(GetExceptionCode() == STATUS_NO_MEMORY);
        steps += 100;
    }
    CHECK(steps == 100);
    return 0;
}

static int RaiseInHandler(void)
{
    int steps = 0;

    __try {
        __try {
            ExRaiseStatus(STATUS_NO_MEMORY);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            steps += 1;
            ExRaiseStatus(STATUS_DISK_FULL);
        }
        steps += 10;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        CHECK(GetExceptionCode() == STATUS_DISK_FULL);
        steps += 100;
    }
    CHECK(steps == 101);
    return 0;
}

static int RaiseInFilter(void)
{
    int steps = 0;

    __try {
        __try {
            ExRaiseStatus(STATUS_NO_MEMORY);
        } __except (Deeper(0)) {
            steps += 1;
        }
        steps += 10;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        CHECK(GetExceptionCode() == STATUS_IO_TIMEOUT);
        steps += 100;
    }
    CHECK(steps == 100);
    return 0;
}

static int ReturnFromBodyInner(int raise)
{
    __try {
        __try {
            if (raise) {
                ExRaiseStatus(STATUS_UNSUCCESSFUL);
            }
            return 7;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            return 8;
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return 9;
    }
    return 10;
}

/* What was left by return is not a block any more. */
static int ReturnFromBody(void)
{
    int caught = 0;

    CHECK(ReturnFromBodyInner(0) == 7);
    CHECK(ReturnFromBodyInner(1) == 8);
    __try {
        ReturnFromBodyInner(0);
        ExRaiseStatus(STATUS_UNSUCCESSFUL);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        caught = 1;
    }
    CHECK(caught == 1);
    return 0;
}

static int Loops(void)
{
    int i, bodies = 0, handlers = 0, ends = 0;

    for (i = 0; i < 6; i++) {
        __try {
            bodies++;
            if (i == 1) {
                continue;
            }
            if (i == 4) {
                break;
            }
            if (i == 2 || i == 3) {
                ExRaiseStatus(STATUS_UNSUCCESSFUL);
            }
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            handlers++;
            if (i == 2) {
                continue;
            }
        }
        ends++;
    }
    CHECK(i == 4 && bodies == 5 && handlers == 2 && ends == 2);
    return 0;
}

static int Switch(int which)
{
    int result = 0;

    switch (which) {
    case 0: {
        __try {
            ExRaiseStatus(STATUS_UNSUCCESSFUL);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            result = 1;
            break;
        }
        result = 100;
        break;
    }
    case 1: {
        __try {
            result = 2;
            break;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            result = 200;
        }
        result = 300;
        break;
    }
    default:
        result = 3;
        break;
    }
    return result;
}

static int Switches(void)
{
    CHECK(Switch(0) == 1);
    CHECK(Switch(1) == 2);
    CHECK(Switch(2) == 3);
    return 0;
}

static int GotoOut(int raise)
{
    int steps = 0;

    __try {
        {
            __try {
                if (raise) {
                    ExRaiseStatus(STATUS_UNSUCCESSFUL);
                }
                goto out;
            } __except (EXCEPTION_EXECUTE_HANDLER) {
                steps += 1;
                goto out;
            }
            steps += 10;
        }
out:
        steps += 100;
        ExRaiseStatus(STATUS_DEVICE_REMOVED);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode() == STATUS_DEVICE_REMOVED ? steps : -1;
    }
    return -2;
}

static int Gotos(void)
{
    CHECK(GotoOut(0) == 100);
    CHECK(GotoOut(1) == 101);
    return 0;
}

static int Leave(void)
{
    int steps = 0;

    __try {
        steps += 1;
        if (steps == 1) {
            __leave;
        }
        steps += 10;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        steps += 100;
    }
    CHECK(steps == 1);
    __try {
        __try {
            __leave;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            steps += 100;
        }
        ExRaiseStatus(STATUS_UNSUCCESSFUL);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        steps += 1000;
    }
    CHECK(steps == 1001);
    return 0;
}

static int Filter(PEXCEPTION_POINTERS pointers, NTSTATUS *seen)
{
    *seen = pointers->ExceptionRecord->ExceptionCode;
    return EXCEPTION_EXECUTE_HANDLER;
}

static int Information(void)
{
    NTSTATUS seen = 0;

    __try {
        ExRaiseAccessViolation();
    } __except (Filter(GetExceptionInformation(), &seen)) {
        CHECK(seen == STATUS_ACCESS_VIOLATION);
        __try {
            ExRaiseDatatypeMisalignment();
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            CHECK(GetExceptionCode() == STATUS_DATATYPE_MISALIGNMENT);
            return 0;
        }
    }
    return __LINE__;
}

static int ThreeInOneScope(void)
{
    int steps = 0;

    __try {
        ExRaiseStatus(STATUS_UNSUCCESSFUL);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        steps += 1;
    }
    __try {
        steps += 10;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        steps += 1000;
    }
    __try {
        ExRaiseStatus(STATUS_UNSUCCESSFUL);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        steps += 100;
    }
    CHECK(steps == 111);
    return 0;
}

static int Probes(void)
{
    int caught = 0;
    char here[4];

    __try {
        ProbeForRead((PVOID)here, 4, 1);    /* of the kernel, and no alias */
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        caught += GetExceptionCode() == STATUS_ACCESS_VIOLATION;
    }
    __try {
        ProbeForRead((PVOID)1, 4, 4);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        caught += GetExceptionCode() == STATUS_DATATYPE_MISALIGNMENT;
    }
    __try {
        RtlCopyMemory(here, (PVOID)8, 4);   /* nothing is there */
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        caught += GetExceptionCode() == STATUS_ACCESS_VIOLATION;
    }
    __try {
        ProbeForRead(NULL, 0, 4);
        ProbeForWrite((PVOID)0x10000, 4, 4);
        caught += 10;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        caught = 0;
    }
    CHECK(caught == 13);
    return 0;
}

static int Quota(void)
{
    __try {
        PVOID p = ExAllocatePoolQuotaZero(PagedPool, (SIZE_T)1 << 40, 'pheS');

        if (p != NULL) {
            ExFreePoolWithTag(p, 'pheS');
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        CHECK(GetExceptionCode() == STATUS_INSUFFICIENT_RESOURCES);
        return 0;
    }
    return __LINE__;
}

#define BLOCK_CASES { \
    FallThrough(), Raise(), RaiseInFunction(), Locals(5), Nested(), \
    ContinueSearch(), RaiseInHandler(), RaiseInFilter(), ReturnFromBody(), \
    Loops(), Switches(), Gotos(), Leave(), Information(), \
    ThreeInOneScope(), Probes(), Quota() }
#define BLOCK_COUNT 17
