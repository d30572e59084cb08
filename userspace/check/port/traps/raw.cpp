// SPDX-License-Identifier: GPL-2.0
// The same for C++.
extern "C" {
#include <wdm.h>
static void KeTrapInC(void) { }
}

namespace Trap {
static const char *Raw = R"x(IoCreateDevice(")" KeBugCheck(0) )x";
static int Million = 1'000'000, KeBugCheckTwo = 0x1e+2;

class Holder {
public:
	void IoStartPacket(int n) { Count = n; }
	static int ExAllocatePool(int n);
	int Count;
};

int Holder::ExAllocatePool(int n)
{
	return n + Million + KeBugCheckTwo + Raw[0];
}
}

static void Use(Trap::Holder *h)
{
	h->IoStartPacket(Trap::Holder::ExAllocatePool(1));
	KeTrapInC();
	::KeSetEvent(0, 0, 0);	// here
}
