// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/ingest/attemptfolder.h"
#include "core/ingest/import.h"
#include "core/ingest/sshdline.h"
#include "core/ingest/syslogclock.h"

#include <QString>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bartizan {

class LineReader;

/// What a scan saw.
struct SshdScanReport {
    std::int64_t lines = 0;
    std::int64_t unreadable = 0; ///< Lines that do not begin like a line of a log.
};

/// Reads an OpenSSH log line by line: syslog and ISO stamps, and the JSON of `journalctl -o json`; each attempt to log
/// in goes to the sink once (see AttemptFolder). Copies no text where it can help it. Thread: one at a time.
class SshdScanner {
public:
    /// `companyId` is set on every event when not empty.
    SshdScanner(LocalTime zone, YearPlan plan, std::string companyId, SshdSink &sink);
    ~SshdScanner();
    SshdScanner(const SshdScanner &) = delete;
    SshdScanner &operator=(const SshdScanner &) = delete;

    /// Reads one line without its end; it may lie in a buffer that is reused. Empty lines are fine. Answers with the
    /// reason when the line is unreadable, else with an empty text.
    QString line(std::string_view text, std::int64_t number);
    /// The log is over: attempts that wait for their Failed line go out.
    void finish();

private:
    class Journal;
    QString syslogLine(std::string_view text, std::int64_t number);
    bool takeTime(std::string_view &text);
    SshdLine split(std::string_view text);
    QString journalLine(std::string_view text, std::int64_t number);
    QString speak(TimestampMs time, std::string_view message);

    SyslogClock m_clock;
    std::string m_companyId;
    AttemptFolder m_folder;
    std::string m_stampText;           ///< The last stamp, with the blank behind it; empty when there was none.
    std::optional<TimestampMs> m_time; ///< Its instant; nullopt when there is no such day.
    SyslogStamp m_stamp;               ///< What it says.
    bool m_plainStamp = false;         ///< It reads "Nov 15 00:00:00 ".
    std::string m_tag; ///< Behind the last stamp of a line of sshd: "web1 sshd[". Empty when it was something else.
    SshdRecord m_record;   ///< The line's; its views end with the line.
    std::string m_address; ///< The canonical text of the line's address, where it differs from what was written.
    std::unique_ptr<Journal> m_journal;
};

/// Looks through a log whose stamps have no year, to find theirs, then rewinds it; a pipe is kept in a temporary file
/// for that. Nothing is read when the first stamp has a year. Fails on a read error.
Result<YearPlan> surveyYears(LineReader &reader, const ImportOptions &options, const LocalTime &zone);

/// Scans the sshd log `path` ("-": standard input) without any database. Fails when it cannot be read or the options'
/// time zone is unknown; unreadable lines are counted and passed over.
Result<SshdScanReport> scanSshdLog(const QString &path, const ImportOptions &options, SshdSink &sink);

} // namespace bartizan
