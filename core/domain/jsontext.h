// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QJsonValue>

#include <string>
#include <string_view>

namespace bartizan {

/// Appends `text` as a JSON string, quoted and escaped (RFC 8259). Bytes that are not UTF-8 become U+FFFD,
/// so that the document stays valid whatever a log held.
void appendJsonString(std::string &out, std::string_view text);

/// Whether `text` is a JSON number (RFC 8259 section 6), of any size.
bool isJsonNumber(std::string_view text) noexcept;

/// The JSON object a text holds; empty when the text is empty or no object.
QJsonObject jsonObjectOf(std::string_view text);

/// Compact text of an object.
std::string jsonTextOf(const QJsonObject &object);

/// Lays `over` over `base`, key by key at the top level: a key of `over` wins.
QJsonObject laidOver(QJsonObject base, const QJsonObject &over);

} // namespace bartizan
