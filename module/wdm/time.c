// SPDX-License-Identifier: GPL-2.0
/* Time. Windows counts 100 ns since 1601; the day has no leap seconds in both. */
#include <linux/delay.h>
#include <linux/time64.h>
#include <linux/timekeeping.h>

#include "layer.h"

/* From 1601 to 1970, in units of 100 ns. */
#define WDM_EPOCH 116444736000000000LL
#define WDM_SECOND 10000000LL
#define WDM_TICK (TICK_NSEC / 100)

void KeQuerySystemTime(PLARGE_INTEGER time)
{
	time->QuadPart = ktime_get_real_ns() / 100 + WDM_EPOCH;
}
EXPORT_SYMBOL_GPL(KeQuerySystemTime);

ULONG KeQueryTimeIncrement(void)
{
	return WDM_TICK;
}
EXPORT_SYMBOL_GPL(KeQueryTimeIncrement);

void KeQueryTickCount(PLARGE_INTEGER count)
{
	count->QuadPart = ktime_get_ns() / 100 / WDM_TICK;
}
EXPORT_SYMBOL_GPL(KeQueryTickCount);

ULONGLONG KeQueryInterruptTime(void)
{
	return ktime_get_boottime_ns() / 100;
}
EXPORT_SYMBOL_GPL(KeQueryInterruptTime);

ULONGLONG KeQueryUnbiasedInterruptTime(void)
{
	return ktime_get_ns() / 100;
}
EXPORT_SYMBOL_GPL(KeQueryUnbiasedInterruptTime);

LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER frequency)
{
	LARGE_INTEGER now = { .QuadPart = ktime_get_ns() / 100 };

	if (frequency)
		frequency->QuadPart = WDM_SECOND;
	return now;
}
EXPORT_SYMBOL_GPL(KeQueryPerformanceCounter);

void KeStallExecutionProcessor(ULONG microseconds)
{
	mdelay(microseconds / 1000);
	udelay(microseconds % 1000);
}
EXPORT_SYMBOL_GPL(KeStallExecutionProcessor);

void ExSystemTimeToLocalTime(PLARGE_INTEGER system, PLARGE_INTEGER local)
{
	local->QuadPart = system->QuadPart -
			  sys_tz.tz_minuteswest * 60LL * WDM_SECOND;
}
EXPORT_SYMBOL_GPL(ExSystemTimeToLocalTime);

void ExLocalTimeToSystemTime(PLARGE_INTEGER local, PLARGE_INTEGER system)
{
	system->QuadPart = local->QuadPart +
			   sys_tz.tz_minuteswest * 60LL * WDM_SECOND;
}
EXPORT_SYMBOL_GPL(ExLocalTimeToSystemTime);

void ExQueryTimerResolution(PULONG maximum, PULONG minimum, PULONG now)
{
	*maximum = WDM_TICK;
	*minimum = 1;
	*now = 1;
}
EXPORT_SYMBOL_GPL(ExQueryTimerResolution);

void RtlTimeToTimeFields(PLARGE_INTEGER time, PTIME_FIELDS fields)
{
	s64 since = time->QuadPart - WDM_EPOCH, rest;
	s64 seconds = div64_s64(since, WDM_SECOND);
	struct tm tm;

	rest = since - seconds * WDM_SECOND;
	if (rest < 0) {
		rest += WDM_SECOND;
		seconds--;
	}
	time64_to_tm(seconds, 0, &tm);
	fields->Year = tm.tm_year + 1900;
	fields->Month = tm.tm_mon + 1;
	fields->Day = tm.tm_mday;
	fields->Hour = tm.tm_hour;
	fields->Minute = tm.tm_min;
	fields->Second = tm.tm_sec;
	fields->Milliseconds = (u32)rest / 10000;
	fields->Weekday = tm.tm_wday;
}
EXPORT_SYMBOL_GPL(RtlTimeToTimeFields);

ULONG KeGetCurrentProcessorNumber(void)
{
	return raw_smp_processor_id();
}
EXPORT_SYMBOL_GPL(KeGetCurrentProcessorNumber);

ULONG KeQueryActiveProcessorCount(KAFFINITY *active)
{
	unsigned int count = num_online_cpus();

	if (active)
		*active = count < 64 ? (1ULL << count) - 1 : ~0ULL;
	return count;
}
EXPORT_SYMBOL_GPL(KeQueryActiveProcessorCount);
