// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/result.h"

#include <QString>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bartizan {

class CountryResolver;

/// A row to be appended, with the fingerprint that makes importing it twice add nothing (0: none).
struct NewAuditRow {
    AuditEvent event;
    std::uint64_t fingerprint = 0;
};

/// A line that could not be read, kept with the reason.
struct QuarantinedLine {
    std::int64_t id = 0;
    std::string source; ///< File name, or "-".
    std::int64_t line = 0;
    std::string reason;
    std::string text; ///< The line itself, at most 4 KiB of it.

    bool operator==(const QuarantinedLine &) const = default;
};

/// What appending a batch did.
struct AppendReport {
    std::int64_t inserted = 0;
    std::int64_t duplicates = 0;
    /// Of those inserted, how many are older than what is kept of the log: the engine drops them before long.
    std::int64_t expired = 0;
};

/// Which audit rows, in which order. Empty members do not restrict.
struct EventQuery {
    TimeRange range;
    std::optional<SecurityEventType> eventType;
    std::optional<AuditOutcome> outcome;
    std::optional<std::string> userId;    ///< Exactly.
    std::optional<std::string> ipAddress; ///< Exactly.
    std::optional<std::string> companyId;
    bool oldestFirst = false;
    std::optional<EventKey> after; ///< Continue behind this row, in the order asked for.
    std::size_t limit = 500;
    std::optional<AuditSeverity> severity;
    std::vector<std::string> countries; ///< Any of these, as stored or looked up; empty: any country or none.
    // What follows has no index: a range bounds what it costs.
    std::optional<std::string> sessionId; ///< Exactly.
    /// The user in any case, or of a row without one the user name, else the e-mail address, in its metadata: what rules
    /// take for the account. In lower case.
    std::optional<std::string> account;
    bool withoutCompany = false;  ///< Only rows that name no company.
    bool applicationOnly = false; ///< Without the rows that Bartizan wrote.
};

/// The audit log as a place to write to and to look at. Thread: the one that opened it.
class AuditLog {
public:
    virtual ~AuditLog() = default;

    /// Appends all rows and quarantined lines in one transaction.
    virtual Result<AppendReport> append(std::span<const NewAuditRow> rows,
                                        std::span<const QuarantinedLine> quarantined) = 0;
    /// One page of rows. The row whose text makes it kBatchText bytes (core/domain/eventsize.h) is its last: only an
    /// empty page is the end.
    /// With `countries`, a row that names no country counts for the one that it tells of the row's address.
    virtual Result<std::vector<AuditEvent>> events(const EventQuery &query, CountryResolver *countries = nullptr) = 0;
    /// How many rows a query matches, page and limit aside.
    virtual Result<std::int64_t> countEvents(const EventQuery &query, CountryResolver *countries = nullptr) = 0;
    /// Every company that occurs, in order of the alphabet.
    virtual Result<std::vector<std::string>> companies() = 0;
    /// The oldest and newest time in the log; nullopt when it is empty.
    virtual Result<std::optional<TimeRange>> extent() = 0;
    virtual Result<std::int64_t> quarantinedCount() = 0;
    /// Quarantined lines, oldest first, after `afterId`.
    virtual Result<std::vector<QuarantinedLine>> quarantined(std::int64_t afterId, std::size_t limit) = 0;
    /// Remembers e-mail addresses of users (for user risk).
    virtual Result<void> setUserEmails(std::span<const std::pair<std::string, std::string>> idAndEmail) = 0;
};

} // namespace bartizan
