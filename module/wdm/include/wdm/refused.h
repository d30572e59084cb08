/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is not here, by name: using it is an error of the compiler that says what
 * to do instead.
 */
#ifdef __cplusplus
#define NTIO_WDM_REFUSED(name, text) \
	int name(...) __attribute__((error("ntio-wdm: " #name " is refused: " text)))
#else
#define NTIO_WDM_REFUSED(name, text) \
	int name() __attribute__((error("ntio-wdm: " #name " is refused: " text)))
#endif

NTIO_WDM_REFUSED(IoInitializeIrp, "let IoAllocateIrp() make it");
NTIO_WDM_REFUSED(IoMakeAssociatedIrp, "send requests of your own");
NTIO_WDM_REFUSED(IoRegisterDriverReinitialization, "there is no boot phase");

#define NTIO_WDM_NO_0 \
	"Linux modules cannot watch or veto what processes do: leave " \
	"it to an LSM, fanotify or eBPF"
NTIO_WDM_REFUSED(PsSetCreateProcessNotifyRoutine, NTIO_WDM_NO_0);
NTIO_WDM_REFUSED(PsSetCreateProcessNotifyRoutineEx, NTIO_WDM_NO_0);
NTIO_WDM_REFUSED(PsSetCreateProcessNotifyRoutineEx2, NTIO_WDM_NO_0);
NTIO_WDM_REFUSED(PsSetCreateThreadNotifyRoutine, NTIO_WDM_NO_0);
NTIO_WDM_REFUSED(PsSetCreateThreadNotifyRoutineEx, NTIO_WDM_NO_0);
NTIO_WDM_REFUSED(PsRemoveCreateThreadNotifyRoutine, NTIO_WDM_NO_0);
NTIO_WDM_REFUSED(PsSetLoadImageNotifyRoutine, NTIO_WDM_NO_0);
NTIO_WDM_REFUSED(PsSetLoadImageNotifyRoutineEx, NTIO_WDM_NO_0);
NTIO_WDM_REFUSED(PsRemoveLoadImageNotifyRoutine, NTIO_WDM_NO_0);

#define NTIO_WDM_NO_1 \
	"object callbacks have no counterpart: nothing tells a Linux " \
	"module of handles to processes and threads"
NTIO_WDM_REFUSED(ObRegisterCallbacks, NTIO_WDM_NO_1);
NTIO_WDM_REFUSED(ObUnRegisterCallbacks, NTIO_WDM_NO_1);
NTIO_WDM_REFUSED(ObGetFilterVersion, NTIO_WDM_NO_1);

#define NTIO_WDM_NO_2 \
	"there is no registry to watch or use: take settings as " \
	"module parameters"
NTIO_WDM_REFUSED(CmRegisterCallback, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(CmRegisterCallbackEx, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(CmUnRegisterCallback, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(ZwOpenKey, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(ZwCreateKey, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(ZwQueryValueKey, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(ZwSetValueKey, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(ZwDeleteKey, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(ZwEnumerateKey, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(ZwEnumerateValueKey, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(RtlQueryRegistryValues, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(RtlWriteRegistryValue, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(RtlDeleteRegistryValue, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(RtlCheckRegistryKey, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(IoOpenDeviceRegistryKey, NTIO_WDM_NO_2);
NTIO_WDM_REFUSED(IoOpenDriverRegistryKey, NTIO_WDM_NO_2);

#define NTIO_WDM_NO_3 \
	"only the address space of the request's own caller can be " \
	"entered, and only by ntio_attach(): write that part with " \
	"ntio's own interface"
NTIO_WDM_REFUSED(KeStackAttachProcess, NTIO_WDM_NO_3);
NTIO_WDM_REFUSED(KeUnstackDetachProcess, NTIO_WDM_NO_3);
NTIO_WDM_REFUSED(KeAttachProcess, NTIO_WDM_NO_3);
NTIO_WDM_REFUSED(KeDetachProcess, NTIO_WDM_NO_3);
NTIO_WDM_REFUSED(MmCopyVirtualMemory, NTIO_WDM_NO_3);
NTIO_WDM_REFUSED(PsLookupProcessByProcessId, NTIO_WDM_NO_3);
NTIO_WDM_REFUSED(ZwOpenProcess, NTIO_WDM_NO_3);
NTIO_WDM_REFUSED(ZwAllocateVirtualMemory, NTIO_WDM_NO_3);
NTIO_WDM_REFUSED(ZwReadVirtualMemory, NTIO_WDM_NO_3);
NTIO_WDM_REFUSED(ZwWriteVirtualMemory, NTIO_WDM_NO_3);

#define NTIO_WDM_NO_4 \
	"a driver of hardware needs Linux' own interrupts, ports and " \
	"DMA: write it as a Linux driver"
NTIO_WDM_REFUSED(IoConnectInterrupt, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(IoConnectInterruptEx, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(IoDisconnectInterrupt, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(IoDisconnectInterruptEx, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(KeSynchronizeExecution, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(KeAcquireInterruptSpinLock, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(KeReleaseInterruptSpinLock, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(HalGetInterruptVector, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(HalTranslateBusAddress, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(HalGetBusData, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(HalGetBusDataByOffset, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(HalSetBusData, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(HalSetBusDataByOffset, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(HalAllocateCommonBuffer, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(HalFreeCommonBuffer, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(HalGetAdapter, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(HalExamineMBR, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(IoGetDmaAdapter, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(IoAssignResources, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(IoReportResourceForDetection, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(IoReportDetectedDevice, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(READ_PORT_UCHAR, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(READ_PORT_USHORT, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(READ_PORT_ULONG, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(WRITE_PORT_UCHAR, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(WRITE_PORT_USHORT, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(WRITE_PORT_ULONG, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(READ_REGISTER_UCHAR, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(READ_REGISTER_USHORT, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(READ_REGISTER_ULONG, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(WRITE_REGISTER_UCHAR, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(WRITE_REGISTER_USHORT, NTIO_WDM_NO_4);
NTIO_WDM_REFUSED(WRITE_REGISTER_ULONG, NTIO_WDM_NO_4);

#define NTIO_WDM_NO_5 \
	"the registers of a device are mapped by Linux' ioremap() in " \
	"a Linux driver; physical addresses mean nothing here"
NTIO_WDM_REFUSED(MmMapIoSpace, NTIO_WDM_NO_5);
NTIO_WDM_REFUSED(MmMapIoSpaceEx, NTIO_WDM_NO_5);
NTIO_WDM_REFUSED(MmUnmapIoSpace, NTIO_WDM_NO_5);
NTIO_WDM_REFUSED(MmGetPhysicalAddress, NTIO_WDM_NO_5);
NTIO_WDM_REFUSED(MmGetVirtualForPhysical, NTIO_WDM_NO_5);
NTIO_WDM_REFUSED(MmAllocateContiguousMemory, NTIO_WDM_NO_5);
NTIO_WDM_REFUSED(MmAllocateContiguousMemorySpecifyCache, NTIO_WDM_NO_5);
NTIO_WDM_REFUSED(MmFreeContiguousMemory, NTIO_WDM_NO_5);
NTIO_WDM_REFUSED(MmGetPhysicalMemoryRanges, NTIO_WDM_NO_5);
NTIO_WDM_REFUSED(MmCopyMemory, NTIO_WDM_NO_5);

#define NTIO_WDM_NO_6 \
	"mapping to user mode is something the process asks for: " \
	"serve mmap() with ntio_device::mmap"
NTIO_WDM_REFUSED(MmMapLockedPages, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(MmMapViewOfSection, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(ZwMapViewOfSection, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(ZwUnmapViewOfSection, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(ZwCreateSection, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(ZwOpenSection, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(MmAllocatePagesForMdl, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(MmAllocatePagesForMdlEx, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(MmFreePagesFromMdl, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(MmProtectMdlSystemAddress, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(MmSecureVirtualMemory, NTIO_WDM_NO_6);
NTIO_WDM_REFUSED(MmUnsecureVirtualMemory, NTIO_WDM_NO_6);

#define NTIO_WDM_NO_7 \
	"file system filters have no counterpart"
NTIO_WDM_REFUSED(FltRegisterFilter, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FltStartFiltering, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FltUnregisterFilter, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FltCreateCommunicationPort, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FltSendMessage, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FltGetFileNameInformation, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FltParseFileNameInformation, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FltReleaseFileNameInformation, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FltCloseClientPort, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FltCloseCommunicationPort, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FltBuildDefaultSecurityDescriptor, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(FsRtlRegisterFileSystemFilterCallbacks, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(IoRegisterFsRegistrationChange, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(IoRegisterFileSystem, NTIO_WDM_NO_7);
NTIO_WDM_REFUSED(IoUnregisterFileSystem, NTIO_WDM_NO_7);

#define NTIO_WDM_NO_8 \
	"sockets in the kernel are Linux' kernel_sendmsg() and its " \
	"like"
NTIO_WDM_REFUSED(WskRegister, NTIO_WDM_NO_8);
NTIO_WDM_REFUSED(WskDeregister, NTIO_WDM_NO_8);
NTIO_WDM_REFUSED(WskCaptureProviderNPI, NTIO_WDM_NO_8);
NTIO_WDM_REFUSED(WskReleaseProviderNPI, NTIO_WDM_NO_8);
NTIO_WDM_REFUSED(NdisRegisterProtocolDriver, NTIO_WDM_NO_8);
NTIO_WDM_REFUSED(NdisMRegisterMiniportDriver, NTIO_WDM_NO_8);
NTIO_WDM_REFUSED(NdisFRegisterFilterDriver, NTIO_WDM_NO_8);
NTIO_WDM_REFUSED(FwpmEngineOpen0, NTIO_WDM_NO_8);
NTIO_WDM_REFUSED(FwpsCalloutRegister0, NTIO_WDM_NO_8);
NTIO_WDM_REFUSED(FwpsCalloutRegister1, NTIO_WDM_NO_8);

#define NTIO_WDM_NO_9 \
	"of Plug and Play there is AddDevice, start and remove, once, " \
	"at load and unload"
NTIO_WDM_REFUSED(IoRegisterDeviceInterface, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoSetDeviceInterfaceState, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoGetDeviceInterfaces, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoRegisterPlugPlayNotification, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoUnregisterPlugPlayNotification, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoUnregisterPlugPlayNotificationEx, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoInvalidateDeviceRelations, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoInvalidateDeviceState, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoReportTargetDeviceChange, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoRequestDeviceEject, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoGetDeviceProperty, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoSetDevicePropertyData, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoGetDevicePropertyData, NTIO_WDM_NO_9);
NTIO_WDM_REFUSED(IoOpenDeviceInterfaceRegistryKey, NTIO_WDM_NO_9);

#define NTIO_WDM_NO_10 \
	"power management is Linux' own and does not reach drivers " \
	"without hardware"
NTIO_WDM_REFUSED(PoRequestPowerIrp, NTIO_WDM_NO_10);
NTIO_WDM_REFUSED(PoSetPowerState, NTIO_WDM_NO_10);
NTIO_WDM_REFUSED(PoRegisterDeviceForIdleDetection, NTIO_WDM_NO_10);
NTIO_WDM_REFUSED(PoSetDeviceBusyEx, NTIO_WDM_NO_10);
NTIO_WDM_REFUSED(PoFxRegisterDevice, NTIO_WDM_NO_10);
NTIO_WDM_REFUSED(PoFxUnregisterDevice, NTIO_WDM_NO_10);
NTIO_WDM_REFUSED(PoRegisterPowerSettingCallback, NTIO_WDM_NO_10);
NTIO_WDM_REFUSED(PoUnregisterPowerSettingCallback, NTIO_WDM_NO_10);
NTIO_WDM_REFUSED(PoCreatePowerRequest, NTIO_WDM_NO_10);
NTIO_WDM_REFUSED(PoSetPowerRequest, NTIO_WDM_NO_10);
NTIO_WDM_REFUSED(PoClearPowerRequest, NTIO_WDM_NO_10);

#define NTIO_WDM_NO_11 \
	"WMI, ETW and performance counters have no counterpart: use " \
	"Linux' tracepoints"
NTIO_WDM_REFUSED(IoWMIRegistrationControl, NTIO_WDM_NO_11);
NTIO_WDM_REFUSED(IoWMIWriteEvent, NTIO_WDM_NO_11);
NTIO_WDM_REFUSED(WmiCompleteRequest, NTIO_WDM_NO_11);
NTIO_WDM_REFUSED(WmiSystemControl, NTIO_WDM_NO_11);
NTIO_WDM_REFUSED(EtwRegister, NTIO_WDM_NO_11);
NTIO_WDM_REFUSED(EtwUnregister, NTIO_WDM_NO_11);
NTIO_WDM_REFUSED(EtwWrite, NTIO_WDM_NO_11);
NTIO_WDM_REFUSED(PcwRegister, NTIO_WDM_NO_11);
NTIO_WDM_REFUSED(PcwUnregister, NTIO_WDM_NO_11);
NTIO_WDM_REFUSED(PcwCreateInstance, NTIO_WDM_NO_11);
NTIO_WDM_REFUSED(PcwAddInstance, NTIO_WDM_NO_11);

#define NTIO_WDM_NO_12 \
	"a driver has no files: let its program read and write them"
NTIO_WDM_REFUSED(ZwCreateFile, NTIO_WDM_NO_12);
NTIO_WDM_REFUSED(ZwOpenFile, NTIO_WDM_NO_12);
NTIO_WDM_REFUSED(ZwReadFile, NTIO_WDM_NO_12);
NTIO_WDM_REFUSED(ZwWriteFile, NTIO_WDM_NO_12);
NTIO_WDM_REFUSED(ZwQueryInformationFile, NTIO_WDM_NO_12);
NTIO_WDM_REFUSED(ZwSetInformationFile, NTIO_WDM_NO_12);
NTIO_WDM_REFUSED(ZwDeleteFile, NTIO_WDM_NO_12);
NTIO_WDM_REFUSED(ZwDeviceIoControlFile, NTIO_WDM_NO_12);
NTIO_WDM_REFUSED(ZwQueryDirectoryFile, NTIO_WDM_NO_12);
NTIO_WDM_REFUSED(ZwFlushBuffersFile, NTIO_WDM_NO_12);

#define NTIO_WDM_NO_13 \
	"APCs do not exist on Linux: let the program wait for the " \
	"request"
NTIO_WDM_REFUSED(KeInitializeApc, NTIO_WDM_NO_13);
NTIO_WDM_REFUSED(KeInsertQueueApc, NTIO_WDM_NO_13);

#define NTIO_WDM_NO_14 \
	"nothing would run the block when return or goto leaves the " \
	"body"
NTIO_WDM_REFUSED(AbnormalTermination, NTIO_WDM_NO_14);

#define NTIO_WDM_NO_15 \
	"StartIo and device queues are not here: use a cancel-safe " \
	"queue (IoCsqInitialize)"
NTIO_WDM_REFUSED(IoStartPacket, NTIO_WDM_NO_15);
NTIO_WDM_REFUSED(IoStartNextPacket, NTIO_WDM_NO_15);
NTIO_WDM_REFUSED(IoStartNextPacketByKey, NTIO_WDM_NO_15);
NTIO_WDM_REFUSED(IoSetStartIoAttributes, NTIO_WDM_NO_15);
NTIO_WDM_REFUSED(KeInsertDeviceQueue, NTIO_WDM_NO_15);
NTIO_WDM_REFUSED(KeRemoveDeviceQueue, NTIO_WDM_NO_15);
NTIO_WDM_REFUSED(KeInitializeDeviceQueue, NTIO_WDM_NO_15);
