// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/sshdscanner.h"

#include <optional>
#include <string>
#include <vector>

/// What the scanner said of one attempt, in texts of its own.
struct SeenAttempt {
    bartizan::TimestampMs time = 0;
    bool success = false;
    std::optional<std::string> user;
    std::optional<std::string> address;
    std::optional<std::string> source;
    std::string method;
    std::string pid;
    std::string host;
    int port = -1;
    bool invalidUser = false;
    std::int64_t line = 0;
    std::uint32_t repetition = 0;
};

/// Keeps all attempts.
class CollectingSink : public bartizan::SshdSink {
public:
    void attempt(const bartizan::SshdRecord &record, std::uint32_t repetition) override
    {
        const auto text = [](std::string_view view) {
            return view.data() == nullptr ? std::nullopt : std::optional<std::string>(view);
        };
        attempts.push_back({record.event.timestamp, record.event.outcome == bartizan::AuditOutcome::Success,
                            text(record.event.userId), text(record.event.ipAddress), text(record.source),
                            std::string(record.method), std::string(record.pid), std::string(record.host), record.port,
                            record.invalidUser, record.lineNumber, repetition});
    }

    std::vector<SeenAttempt> attempts;
};
