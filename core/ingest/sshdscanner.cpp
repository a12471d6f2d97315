// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/sshdscanner.h"

#include "core/domain/ipaddress.h"
#include "core/ingest/importtext.h"
#include "core/ingest/journalentry.h"
#include "core/ingest/linereader.h"
#include "core/ingest/sshdline.h"

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::string_view kAction = "ssh_login";
/// How far the first stamp of a log is looked for.
constexpr std::size_t kLookAhead = 64u << 10;
/// "<86>Nov 11 10:00:00", and the day at its front; where a priority stands there, it is the month.
constexpr std::size_t kStampLength = 19;
constexpr std::size_t kDayLength = 7;

} // namespace

class SshdScanner::Journal {
public:
    JournalReader reader;
};

SshdScanner::SshdScanner(LocalTime zone, YearPlan plan, std::string companyId, SshdSink &sink)
    : m_clock(std::move(zone), plan), m_companyId(std::move(companyId)), m_folder(sink)
{
}

SshdScanner::~SshdScanner() = default;

QString SshdScanner::line(std::string_view text, std::int64_t number)
{
    if (text.empty())
        return {};
    return text[0] == '{' ? journalLine(text, number) : syslogLine(text, number);
}

void SshdScanner::finish() { m_folder.flush(); }

QString SshdScanner::syslogLine(std::string_view text, std::int64_t number)
{
    // Under attack many lines bear one stamp, which then is read once.
    std::string_view rest = text;
    const bool known = !m_stampText.empty() && text.starts_with(m_stampText);
    if (known) {
        rest.remove_prefix(m_stampText.size());
    } else {
        const auto stamp = takeStamp(rest);
        m_stampText.clear();
        if (!stamp)
            return ImportText::tr("does not begin with a time stamp of syslog or ISO 8601");
        m_time = m_clock.instant(*stamp);
        if (m_time && text[text.size() - rest.size() - 1] == ' ')
            m_stampText = text.substr(0, text.size() - rest.size());
    }
    if (!m_time)
        return ImportText::tr("the day of its time stamp does not exist in that year");
    m_folder.advance(*m_time);
    const SshdLine parts = splitSshdLine(rest);
    if (!parts.isSshd)
        return {};
    SshdRecord record;
    record.rawLine = text;
    record.lineNumber = number;
    record.host = parts.host;
    record.pid = parts.pid;
    return speak(*m_time, parts.message, record);
}

QString SshdScanner::journalLine(std::string_view text, std::int64_t number)
{
    if (!m_journal)
        m_journal = std::make_unique<Journal>();
    auto entry = m_journal->reader.read(text);
    if (!entry)
        return entry.error().message;
    m_folder.advance(entry->time);
    if (!isSshdProgram(entry->program))
        return {};
    SshdRecord record;
    record.rawLine = text;
    record.lineNumber = number;
    record.host = entry->host;
    record.pid = entry->pid;
    return speak(entry->time, entry->message, record);
}

/// Hands what sshd said to the folder, if it speaks of a log-in.
QString SshdScanner::speak(TimestampMs time, std::string_view text, SshdRecord &record)
{
    const SshdMessage message = parseSshdMessage(text);
    if (message.wording == SshdWording::None)
        return {};
    if (message.wording == SshdWording::Broken)
        return ImportText::tr("begins like an attempt to log in, but is cut short");
    if (message.count > kMaxRepetitions)
        return ImportText::tr("says that it stands for more than %n lines", nullptr, kMaxRepetitions);
    record.wording = message.wording;
    record.method = message.method;
    record.source = message.source;
    record.port = message.port;
    record.invalidUser = message.invalidUser;
    record.count = message.count;
    EventView &event = record.event;
    event.timestamp = time;
    event.eventType = SecurityEventType::Authentication;
    const bool accepted = message.wording == SshdWording::Accepted;
    event.outcome = accepted ? AuditOutcome::Success : AuditOutcome::Failure;
    event.severity = accepted ? AuditSeverity::Info : AuditSeverity::Low;
    event.action = kAction;
    if (!message.user.empty())
        event.userId = message.user;
    if (!m_companyId.empty())
        event.companyId = m_companyId;
    if (isCanonicalIpv4(message.source)) {
        event.ipAddress = message.source;
    } else if (auto canonical = message.source.empty() ? std::nullopt : canonicalIp(message.source)) {
        m_address = std::move(*canonical);
        event.ipAddress = m_address;
    }
    m_folder.add(record);
    return {};
}

Result<YearPlan> surveyYears(LineReader &reader, const ImportOptions &options, const LocalTime &zone)
{
    const YearPlan each{false, options.year, options.now};
    std::string_view start = reader.peek(kLookAhead);
    for (; !start.empty(); start.remove_prefix(std::min(start.size(), start.find('\n') + 1))) {
        std::string_view line = start.substr(0, start.find('\n'));
        const auto stamp = takeStamp(line);
        if (line.starts_with('{') || (stamp && stamp->month == 0))
            return each;
        if (stamp || start.find('\n') == std::string_view::npos)
            break;
    }
    if (auto kept = reader.keepForRewind(); !kept)
        return kept.error();
    YearSurvey survey;
    LineReader::Line line;
    // Within a day only the last time counts, so most lines need no more than a look at their first bytes.
    std::string latest;
    const auto addLatest = [&survey, &latest] {
        std::string_view text = latest;
        if (const auto stamp = takeStamp(text))
            survey.add(*stamp);
    };
    while (reader.next(line)) {
        const std::string_view stamp = line.text.substr(0, kStampLength);
        if (stamp == latest || (stamp.substr(0, kDayLength) == std::string_view(latest).substr(0, kDayLength) && stamp < latest))
            continue;
        if (stamp.substr(0, kDayLength) != std::string_view(latest).substr(0, kDayLength))
            addLatest();
        latest = stamp;
    }
    addLatest();
    if (!reader.error().message.isEmpty())
        return reader.error();
    if (auto rewound = reader.rewind(); !rewound)
        return rewound.error();
    return survey.plan(options.year, options.now, zone);
}

Result<SshdScanReport> scanSshdLog(const QString &path, const ImportOptions &options, SshdSink &sink)
{
    auto zone = LocalTime::of(options.timeZone);
    if (!zone)
        return zone.error();
    auto reader = LineReader::open(path);
    if (!reader)
        return reader.error();
    const auto plan = surveyYears(*reader, options, *zone);
    if (!plan)
        return plan.error();
    SshdScanner scanner(std::move(*zone), *plan, options.companyId.value_or(std::string()), sink);
    SshdScanReport report;
    LineReader::Line line;
    while (reader->next(line)) {
        ++report.lines;
        if (line.tooLong || !scanner.line(line.text, line.number).isEmpty())
            ++report.unreadable;
    }
    if (!reader->error().message.isEmpty())
        return reader->error();
    scanner.finish();
    return report;
}

} // namespace bartizan
