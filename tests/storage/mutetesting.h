// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/storage/storetesting.h"

/// A mute, and what it is and is not about.
namespace bartizan {

/// In force for a day from noon on, about what alertNumber() raises.
inline Mute scannerMute(const std::string &id = "mute-1")
{
    Mute mute;
    mute.id = id;
    mute.rule = "brute-force";
    mute.group = "address:203.0.113.9";
    mute.reason = "our scanner";
    mute.by = "ann";
    mute.createdAt = kNoon;
    mute.expiresAt = kNoon + kDay;
    return mute;
}

/// About another address than those of alertNumber().
inline SecurityAlert alertAbout(int number, TimestampMs time, const std::string &address)
{
    SecurityAlert alert = alertNumber(number, time);
    alert.context.ipAddress = address;
    alert.group = "address:" + address;
    return alert;
}

/// Of alertNumber().
inline std::string id(int number)
{
    return alertNumber(number, 0).id;
}

} // namespace bartizan
