// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Usages of the power page (0x84) and the battery page (0x85), in order.
 * Source: USB-IF, Usage Tables for HID Power Devices 1.0 and 1.1. A usage that
 * is not here is written as eight hexadecimal digits, page first.
 */
#include <stdio.h>

#include "protocol/hid_usage.h"

static const struct hid_usage usages[] = {
	{ 0x00840001, HID_Q_STRING, "iName" },
	{ 0x00840002, HID_Q_NONE, "PresentStatus" },
	{ 0x00840003, HID_Q_NONE, "ChangedStatus" },
	{ 0x00840004, HID_Q_NONE, "UPS" },
	{ 0x00840005, HID_Q_NONE, "PowerSupply" },
	{ 0x00840010, HID_Q_NONE, "BatterySystem" },
	{ 0x00840011, HID_Q_NONE, "BatterySystemID" },
	{ 0x00840012, HID_Q_NONE, "Battery" },
	{ 0x00840013, HID_Q_NONE, "BatteryID" },
	{ 0x00840014, HID_Q_NONE, "Charger" },
	{ 0x00840015, HID_Q_NONE, "ChargerID" },
	{ 0x00840016, HID_Q_NONE, "PowerConverter" },
	{ 0x00840017, HID_Q_NONE, "PowerConverterID" },
	{ 0x00840018, HID_Q_NONE, "OutletSystem" },
	{ 0x00840019, HID_Q_NONE, "OutletSystemID" },
	{ 0x0084001a, HID_Q_NONE, "Input" },
	{ 0x0084001b, HID_Q_NONE, "InputID" },
	{ 0x0084001c, HID_Q_NONE, "Output" },
	{ 0x0084001d, HID_Q_NONE, "OutputID" },
	{ 0x0084001e, HID_Q_NONE, "Flow" },
	{ 0x0084001f, HID_Q_NONE, "FlowID" },
	{ 0x00840020, HID_Q_NONE, "Outlet" },
	{ 0x00840021, HID_Q_NONE, "OutletID" },
	{ 0x00840022, HID_Q_NONE, "Gang" },
	{ 0x00840023, HID_Q_NONE, "GangID" },
	{ 0x00840024, HID_Q_NONE, "PowerSummary" },
	{ 0x00840025, HID_Q_NONE, "PowerSummaryID" },
	{ 0x00840030, HID_Q_VOLTAGE, "Voltage" },
	{ 0x00840031, HID_Q_CURRENT, "Current" },
	{ 0x00840032, HID_Q_FREQUENCY, "Frequency" },
	{ 0x00840033, HID_Q_APPARENT, "ApparentPower" },
	{ 0x00840034, HID_Q_POWER, "ActivePower" },
	{ 0x00840035, HID_Q_PERCENT, "PercentLoad" },
	{ 0x00840036, HID_Q_TEMPERATURE, "Temperature" },
	{ 0x00840037, HID_Q_PERCENT, "Humidity" },
	{ 0x00840038, HID_Q_NONE, "BadCount" },
	{ 0x00840040, HID_Q_VOLTAGE, "ConfigVoltage" },
	{ 0x00840041, HID_Q_CURRENT, "ConfigCurrent" },
	{ 0x00840042, HID_Q_FREQUENCY, "ConfigFrequency" },
	{ 0x00840043, HID_Q_APPARENT, "ConfigApparentPower" },
	{ 0x00840044, HID_Q_POWER, "ConfigActivePower" },
	{ 0x00840045, HID_Q_PERCENT, "ConfigPercentLoad" },
	{ 0x00840046, HID_Q_TEMPERATURE, "ConfigTemperature" },
	{ 0x00840047, HID_Q_PERCENT, "ConfigHumidity" },
	{ 0x00840050, HID_Q_NONE, "SwitchOnControl" },
	{ 0x00840051, HID_Q_NONE, "SwitchOffControl" },
	{ 0x00840052, HID_Q_NONE, "ToggleControl" },
	{ 0x00840053, HID_Q_VOLTAGE, "LowVoltageTransfer" },
	{ 0x00840054, HID_Q_VOLTAGE, "HighVoltageTransfer" },
	{ 0x00840055, HID_Q_TIME, "DelayBeforeReboot" },
	{ 0x00840056, HID_Q_TIME, "DelayBeforeStartup" },
	{ 0x00840057, HID_Q_TIME, "DelayBeforeShutdown" },
	{ 0x00840058, HID_Q_NONE, "Test" },
	{ 0x00840059, HID_Q_NONE, "ModuleReset" },
	{ 0x0084005a, HID_Q_NONE, "AudibleAlarmControl" },
	{ 0x00840060, HID_Q_FLAG, "Present" },
	{ 0x00840061, HID_Q_FLAG, "Good" },
	{ 0x00840062, HID_Q_FLAG, "InternalFailure" },
	{ 0x00840063, HID_Q_FLAG, "VoltageOutOfRange" },
	{ 0x00840064, HID_Q_FLAG, "FrequencyOutOfRange" },
	{ 0x00840065, HID_Q_FLAG, "Overload" },
	{ 0x00840066, HID_Q_FLAG, "OverCharged" },
	{ 0x00840067, HID_Q_FLAG, "OverTemperature" },
	{ 0x00840068, HID_Q_FLAG, "ShutdownRequested" },
	{ 0x00840069, HID_Q_FLAG, "ShutdownImminent" },
	{ 0x0084006b, HID_Q_FLAG, "SwitchOn/Off" },
	{ 0x0084006c, HID_Q_FLAG, "Switchable" },
	{ 0x0084006d, HID_Q_FLAG, "Used" },
	{ 0x0084006e, HID_Q_FLAG, "Boost" },
	{ 0x0084006f, HID_Q_FLAG, "Buck" },
	{ 0x00840070, HID_Q_FLAG, "Initialized" },
	{ 0x00840071, HID_Q_FLAG, "Tested" },
	{ 0x00840072, HID_Q_FLAG, "AwaitingPower" },
	{ 0x00840073, HID_Q_FLAG, "CommunicationLost" },
	{ 0x008400fd, HID_Q_STRING, "iManufacturer" },
	{ 0x008400fe, HID_Q_STRING, "iProduct" },
	{ 0x008400ff, HID_Q_STRING, "iSerialNumber" },
	{ 0x00850010, HID_Q_NONE, "OptionalMfgFunction1" },
	{ 0x00850011, HID_Q_NONE, "OptionalMfgFunction2" },
	{ 0x00850012, HID_Q_NONE, "OptionalMfgFunction3" },
	{ 0x00850013, HID_Q_NONE, "OptionalMfgFunction4" },
	{ 0x00850014, HID_Q_NONE, "OptionalMfgFunction5" },
	{ 0x00850015, HID_Q_FLAG, "ConnectionToSMBus" },
	{ 0x00850016, HID_Q_FLAG, "OutputConnection" },
	{ 0x00850017, HID_Q_FLAG, "ChargerConnection" },
	{ 0x00850018, HID_Q_FLAG, "BatteryInsertion" },
	{ 0x00850019, HID_Q_FLAG, "UseNext" },
	{ 0x0085001a, HID_Q_FLAG, "OKToUse" },
	{ 0x0085001b, HID_Q_FLAG, "BatterySupported" },
	{ 0x0085001c, HID_Q_NONE, "SelectorRevision" },
	{ 0x0085001d, HID_Q_FLAG, "ChargingIndicator" },
	{ 0x00850028, HID_Q_NONE, "ManufacturerAccess" },
	{ 0x00850029, HID_Q_CAPACITY, "RemainingCapacityLimit" },
	{ 0x0085002a, HID_Q_TIME, "RemainingTimeLimit" },
	{ 0x0085002b, HID_Q_NONE, "AtRate" },
	{ 0x0085002c, HID_Q_NONE, "CapacityMode" },
	{ 0x0085002d, HID_Q_FLAG, "BroadcastToCharger" },
	{ 0x0085002e, HID_Q_FLAG, "PrimaryBattery" },
	{ 0x0085002f, HID_Q_FLAG, "ChargeController" },
	{ 0x00850040, HID_Q_FLAG, "TerminateCharge" },
	{ 0x00850041, HID_Q_FLAG, "TerminateDischarge" },
	{ 0x00850042, HID_Q_FLAG, "BelowRemainingCapacityLimit" },
	{ 0x00850043, HID_Q_FLAG, "RemainingTimeLimitExpired" },
	{ 0x00850044, HID_Q_FLAG, "Charging" },
	{ 0x00850045, HID_Q_FLAG, "Discharging" },
	{ 0x00850046, HID_Q_FLAG, "FullyCharged" },
	{ 0x00850047, HID_Q_FLAG, "FullyDischarged" },
	{ 0x00850048, HID_Q_FLAG, "ConditioningFlag" },
	{ 0x00850049, HID_Q_FLAG, "AtRateOK" },
	{ 0x0085004a, HID_Q_NONE, "SMBErrorCode" },
	{ 0x0085004b, HID_Q_FLAG, "NeedReplacement" },
	{ 0x00850060, HID_Q_TIME, "AtRateTimeToFull" },
	{ 0x00850061, HID_Q_TIME, "AtRateTimeToEmpty" },
	{ 0x00850062, HID_Q_CURRENT, "AverageCurrent" },
	{ 0x00850063, HID_Q_PERCENT, "MaxError" },
	{ 0x00850064, HID_Q_PERCENT, "RelativeStateOfCharge" },
	{ 0x00850065, HID_Q_PERCENT, "AbsoluteStateOfCharge" },
	{ 0x00850066, HID_Q_CAPACITY, "RemainingCapacity" },
	{ 0x00850067, HID_Q_CAPACITY, "FullChargeCapacity" },
	{ 0x00850068, HID_Q_TIME, "RunTimeToEmpty" },
	{ 0x00850069, HID_Q_TIME, "AverageTimeToEmpty" },
	{ 0x0085006a, HID_Q_TIME, "AverageTimeToFull" },
	{ 0x0085006b, HID_Q_NONE, "CycleCount" },
	{ 0x00850080, HID_Q_NONE, "BattPackModelLevel" },
	{ 0x00850081, HID_Q_FLAG, "InternalChargeController" },
	{ 0x00850082, HID_Q_FLAG, "PrimaryBatterySupport" },
	{ 0x00850083, HID_Q_CAPACITY, "DesignCapacity" },
	{ 0x00850084, HID_Q_NONE, "SpecificationInfo" },
	{ 0x00850085, HID_Q_DATE, "ManufacturerDate" },
	{ 0x00850086, HID_Q_NONE, "SerialNumber" },
	{ 0x00850087, HID_Q_STRING, "iManufacturerName" },
	{ 0x00850088, HID_Q_STRING, "iDeviceName" },
	{ 0x00850089, HID_Q_STRING, "iDeviceChemistry" },
	{ 0x0085008a, HID_Q_NONE, "ManufacturerData" },
	{ 0x0085008b, HID_Q_FLAG, "Rechargeable" },
	{ 0x0085008c, HID_Q_CAPACITY, "WarningCapacityLimit" },
	{ 0x0085008d, HID_Q_CAPACITY, "CapacityGranularity1" },
	{ 0x0085008e, HID_Q_CAPACITY, "CapacityGranularity2" },
	{ 0x0085008f, HID_Q_STRING, "iOEMInformation" },
	{ 0x008500c0, HID_Q_FLAG, "InhibitCharge" },
	{ 0x008500c1, HID_Q_FLAG, "EnablePolling" },
	{ 0x008500c2, HID_Q_FLAG, "ResetToZero" },
	{ 0x008500d0, HID_Q_FLAG, "ACPresent" },
	{ 0x008500d1, HID_Q_FLAG, "BatteryPresent" },
	{ 0x008500d2, HID_Q_FLAG, "PowerFail" },
	{ 0x008500d3, HID_Q_FLAG, "AlarmInhibited" },
	{ 0x008500d4, HID_Q_FLAG, "ThermistorUnderRange" },
	{ 0x008500d5, HID_Q_FLAG, "ThermistorHot" },
	{ 0x008500d6, HID_Q_FLAG, "ThermistorCold" },
	{ 0x008500d7, HID_Q_FLAG, "ThermistorOverRange" },
	{ 0x008500d8, HID_Q_FLAG, "VoltageOutOfRange" },
	{ 0x008500d9, HID_Q_FLAG, "CurrentOutOfRange" },
	{ 0x008500da, HID_Q_FLAG, "CurrentNotRegulated" },
	{ 0x008500db, HID_Q_FLAG, "VoltageNotRegulated" },
	{ 0x008500dc, HID_Q_FLAG, "MasterMode" },
	{ 0x008500f0, HID_Q_FLAG, "ChargerSelectorSupport" },
	{ 0x008500f1, HID_Q_NONE, "ChargerSpec" },
	{ 0x008500f2, HID_Q_FLAG, "Level2" },
	{ 0x008500f3, HID_Q_FLAG, "Level3" },
};

const struct hid_usage *hid_usage_find(uint32_t usage)
{
	size_t low = 0, high = sizeof(usages) / sizeof(usages[0]);

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (usages[mid].usage == usage)
			return &usages[mid];
		if (usages[mid].usage < usage)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const char *hid_usage_name(uint32_t usage, char buf[9])
{
	const struct hid_usage *u = hid_usage_find(usage);

	if (u)
		return u->name;
	snprintf(buf, 9, "%08x", usage);
	return buf;
}

size_t hid_path(const struct hid_device *h, const struct hid_field *f, char *buf, size_t len)
{
	int chain[HID_DEPTH_MAX], n = 0;
	size_t at = 0;
	char hex[9];

	if (!len)
		return 0;
	buf[0] = '\0';
	for (int c = f->collection; c >= 0 && n < HID_DEPTH_MAX; c = h->collections[c].parent)
		chain[n++] = c;
	while (n-- && at < len) {
		const struct hid_collection *c = &h->collections[chain[n]];

		at += (size_t)snprintf(buf + at, len - at, "%s.", hid_usage_name(c->usage, hex));
		if (c->instance && at < len)
			at += (size_t)snprintf(buf + at, len - at, "[%u].", c->instance);
	}
	if (at < len)
		at += (size_t)snprintf(buf + at, len - at, "%s", hid_usage_name(f->usage, hex));
	return at < len ? at : len - 1;
}
