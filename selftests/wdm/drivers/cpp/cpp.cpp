// SPDX-License-Identifier: GPL-2.0
/*++

    A driver in C++: classes, operators new and delete, a template, a lock that
    an object holds.

--*/
#include <wdm.h>
#include "../cases.h"

constexpr ULONG CppTag = 'ppCW';

void *operator new(size_t size)
{
    return ExAllocatePoolWithTag(NonPagedPoolNx, size, CppTag);
}

void operator delete(void *p)
{
    if (p != nullptr) {
        ExFreePoolWithTag(p, CppTag);
    }
}

void operator delete(void *p, size_t)
{
    operator delete(p);
}

namespace {

class SpinLock {
public:
    SpinLock() { KeInitializeSpinLock(&lock_); }
    KIRQL Acquire() { KIRQL irql; KeAcquireSpinLock(&lock_, &irql); return irql; }
    void Release(KIRQL irql) { KeReleaseSpinLock(&lock_, irql); }
private:
    KSPIN_LOCK lock_;
};

class Guard {
public:
    explicit Guard(SpinLock &lock) : lock_(lock), irql_(lock.Acquire()) { }
    ~Guard() { lock_.Release(irql_); }
private:
    SpinLock &lock_;
    KIRQL irql_;
};

template <class T>
class Stack {
    struct Node {
        SINGLE_LIST_ENTRY entry;
        T value;
    };
public:
    Stack() { head_.Next = nullptr; }
    ~Stack() { T value; while (Pop(&value)) { } }

    bool Push(const T &value)
    {
        Node *node = new Node;

        if (node == nullptr) {
            return false;
        }
        node->value = value;
        Guard guard(lock_);
        PushEntryList(&head_, &node->entry);
        return true;
    }

    bool Pop(T *value)
    {
        PSINGLE_LIST_ENTRY entry;

        {
            Guard guard(lock_);
            entry = PopEntryList(&head_);
        }
        if (entry == nullptr) {
            return false;
        }
        Node *node = CONTAINING_RECORD(entry, Node, entry);
        *value = node->value;
        delete node;
        return true;
    }
private:
    SpinLock lock_;
    SINGLE_LIST_ENTRY head_;
};

class Shape {
public:
    virtual ~Shape() { }
    virtual ULONG Area() const = 0;
};

class Square : public Shape {
public:
    explicit Square(ULONG side) : side_(side) { }
    ULONG Area() const override { return side_ * side_; }
private:
    ULONG side_;
};

ULONG Stacks(PDEVICE_OBJECT)
{
    Stack<ULONG> stack;
    ULONG value;

    CHECK(stack.Push(1) && stack.Push(2) && stack.Push(3));
    CHECK(stack.Pop(&value) && value == 3);
    CHECK(stack.Pop(&value) && value == 2);
    return KeGetCurrentIrql() == PASSIVE_LEVEL ? 0 : __LINE__;
}

ULONG Virtuals(PDEVICE_OBJECT)
{
    Shape *shape = new Square(7);

    CHECK(shape != nullptr);
    ULONG area = shape->Area();
    delete shape;
    CHECK(area == 49);
    return 0;
}

TEST_CASE * const g_Cases[] = { Stacks, Virtuals };

}

extern "C" DRIVER_INITIALIZE DriverEntry;

#define CASES_NAME "WdmCpp"
#include "../casedriver.h"
