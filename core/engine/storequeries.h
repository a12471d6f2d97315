// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"

#include <string>

namespace bartizan {

class GeoFiller;
class Store;

/// What the pages of the console show, read from one store. Each fails as the store does. Thread: the store's.
namespace storequeries {

/// What tells the country of rows that name none; null where the settings want none, or the GeoIP database cannot be
/// opened.
Result<std::shared_ptr<GeoFiller>> geoOf(Store &store);
Result<OverviewSnapshot> overview(Store &store, const MetricsQuery &query);
Result<AlertPage> alerts(Store &store, const AlertQuery &query);
/// Reads one part, and hands it on.
Result<AlertPart> alertPart(Store &store, const AlertQuery &query, const AlertSink &sink);
/// Fails when there is no alert `id` (retention may have dropped it).
Result<AlertDetails> alertDetails(Store &store, const std::string &id);
/// Fill in what happened around the alert that `details` has already.
Result<void> addRelatedEvents(Store &store, AlertDetails &details);
Result<void> addOtherAlerts(Store &store, AlertDetails &details);
/// `now`: what relative times of the filter are counted from.
Result<EventPage> events(Store &store, const EventSearch &search, TimestampMs now);
/// How many rows pass, whatever the page; nullopt where no index tells.
Result<std::optional<std::int64_t>> eventCount(Store &store, const EventSearch &search, TimestampMs now);
/// How the log spells `address`: addresses compare as text, so as it was given where rows of the range name it so, else
/// in its canonical form, unless the log as a whole knows the given one alone. Fails when it is no address.
Result<std::string> spellingOf(Store &store, const std::string &address, TimeRange range);
/// The 24 h up to `end`. Fails when `address` is none.
Result<IpReport> ipReport(Store &store, const std::string &address, TimestampMs end);

} // namespace storequeries

} // namespace bartizan
