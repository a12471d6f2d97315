// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/sshdscanner.h"

#include "core/domain/ipaddress.h"
#include "core/ingest/importtext.h"
#include "core/ingest/journalentry.h"
#include "core/ingest/linereader.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <cstring>

namespace bartizan {
namespace {

constexpr std::string_view kAction = "ssh_login";
/// How far the first stamp of a log is looked for.
constexpr std::size_t kLookAhead = 64u << 10;
/// "<86>Nov 11 10:00:00", and the day at its front; where a priority stands there, it is the month.
constexpr std::size_t kStampLength = 19;
constexpr std::size_t kDayLength = 7;
/// "00:00:00" stands behind "Nov 15 ", and a blank behind it.
constexpr std::size_t kClockAt = 7;
constexpr std::size_t kClockLength = 8;
constexpr std::size_t kPlainStampLength = kClockAt + kClockLength + 1;
constexpr std::string_view kPlainTag = " sshd[";

/// Of eight bytes, the seven of the day.
constexpr std::uint64_t kDayMask = qToLittleEndian<quint64>(0x00FF'FFFF'FFFF'FFFFu);
static_assert(kDayLength == kClockAt && kDayLength == 7);

std::uint64_t eightBytes(const char *at) noexcept
{
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/// Seconds of the day of "hh:mm:ss"; -1 when it is something else, or a leap second.
int secondOfDay(const char *at) noexcept
{
    const auto two = [at](int i) {
        const auto tens = static_cast<unsigned>(at[i]) - static_cast<unsigned>('0');
        const auto ones = static_cast<unsigned>(at[i + 1]) - static_cast<unsigned>('0');
        return tens < 10 && ones < 10 ? static_cast<int>(tens * 10 + ones) : 99;
    };
    const int hour = two(0);
    const int minute = two(3);
    const int second = two(6);
    return at[2] == ':' && at[5] == ':' && hour < 24 && minute < 60 && second < 60 ? hour * 3600 + minute * 60 + second : -1;
}

/// The eight bytes at `at` as a number that orders as the bytes do.
std::uint64_t eightInOrder(const char *at) noexcept { return qFromBigEndian<quint64>(at); }

/// Looks at the first bytes of all lines for the last stamp of each day: within a day only that one counts.
class LatestStamps {
public:
    explicit LatestStamps(YearSurvey &survey) : m_survey(survey) {}

    void line(std::string_view text)
    {
        // Nearly all lines end here: they are of the same day as the line before, and not later.
        if (text.size() >= kStampLength && m_length == kStampLength && ((eightBytes(text.data()) ^ m_day) & kDayMask) == 0) {
            const std::uint64_t clock = eightInOrder(text.data() + kClockAt);
            if (clock < m_clock || (clock == m_clock && eightInOrder(text.data() + kRestAt) <= m_rest))
                return;
            if (clock > m_clock) {
                keep(text);
                return;
            }
        }
        general(text.substr(0, kStampLength));
    }
    void finish() { add(); }

private:
    static constexpr std::size_t kRestAt = kStampLength - sizeof(std::uint64_t);

    void general(std::string_view stamp)
    {
        const std::string_view latest(m_latest.data(), m_length);
        const bool sameDay = stamp.substr(0, kDayLength) == latest.substr(0, kDayLength);
        if (stamp == latest || (sameDay && stamp < latest))
            return;
        if (!sameDay)
            add();
        keep(stamp);
    }
    void keep(std::string_view text)
    {
        m_length = text.copy(m_latest.data(), kStampLength);
        if (m_length < kStampLength)
            return;
        m_day = eightBytes(m_latest.data());
        m_clock = eightInOrder(m_latest.data() + kClockAt);
        m_rest = eightInOrder(m_latest.data() + kRestAt);
    }
    void add()
    {
        std::string_view text(m_latest.data(), m_length);
        if (const auto stamp = takeStamp(text))
            m_survey.add(*stamp);
    }

    YearSurvey &m_survey;
    std::array<char, kStampLength> m_latest{};
    std::size_t m_length = 0;
    std::uint64_t m_day = 0;
    std::uint64_t m_clock = 0;
    std::uint64_t m_rest = 0;
};

} // namespace

class SshdScanner::Journal {
public:
    JournalReader reader;
};

SshdScanner::SshdScanner(LocalTime zone, YearPlan plan, std::string companyId, SshdSink &sink)
    : m_clock(std::move(zone), plan), m_companyId(std::move(companyId)), m_folder(sink)
{
    // What all records have in common.
    m_record.event.eventType = SecurityEventType::Authentication;
    m_record.event.action = kAction;
    if (!m_companyId.empty())
        m_record.event.companyId = m_companyId;
}

SshdScanner::~SshdScanner() = default;

QString SshdScanner::line(std::string_view text, std::int64_t number)
{
    if (text.empty())
        return {};
    return text[0] == '{' ? journalLine(text, number) : syslogLine(text, number);
}

void SshdScanner::finish() { m_folder.flush(); }

/// Takes the stamp off the front of `text`, into m_time; false when there is none.
bool SshdScanner::takeTime(std::string_view &text)
{
    // Under attack many lines bear one stamp, which then is read once; and of the next one only the clock is new.
    if (m_plainStamp && text.size() >= kPlainStampLength) {
        static_assert(kPlainStampLength == 2 * sizeof(std::uint64_t));
        const std::uint64_t front = eightBytes(text.data()) ^ eightBytes(m_stampText.data());
        const std::uint64_t back = eightBytes(text.data() + 8) ^ eightBytes(m_stampText.data() + 8);
        if ((front | back) == 0) {
            text.remove_prefix(kPlainStampLength);
            return true;
        }
        const int second = (front & kDayMask) == 0 && text[kPlainStampLength - 1] == ' ' ? secondOfDay(text.data() + kClockAt) : -1;
        if (second >= 0) {
            m_stamp.secondOfDay = second;
            m_time = m_clock.instant(m_stamp);
            m_plainStamp = m_time.has_value();
            text.copy(m_stampText.data(), kPlainStampLength);
            if (!m_plainStamp)
                m_stampText.clear();
            text.remove_prefix(kPlainStampLength);
            return true;
        }
    } else if (!m_stampText.empty() && text.starts_with(m_stampText)) {
        text.remove_prefix(m_stampText.size());
        return true;
    }
    std::string_view rest = text;
    const auto stamp = takeStamp(rest);
    m_stampText.clear();
    m_plainStamp = false;
    if (!stamp)
        return false;
    m_time = m_clock.instant(*stamp);
    const std::string_view taken = text.substr(0, text.size() - rest.size());
    if (m_time && taken.ends_with(' ')) {
        m_stampText = taken;
        m_stamp = *stamp;
        m_plainStamp = taken.size() == kPlainStampLength && stamp->month != 0
            && secondOfDay(taken.data() + kClockAt) == stamp->secondOfDay;
    }
    text = rest;
    return true;
}

/// As splitSshdLine(), but most lines of sshd begin as the one before, up to their process id.
SshdLine SshdScanner::split(std::string_view text)
{
    if (!m_tag.empty() && text.starts_with(m_tag)) {
        const char *at = text.data() + m_tag.size();
        for (const char *const last = text.data() + text.size(); at != last && *at >= '0' && *at <= '9';)
            ++at;
        const auto end = static_cast<std::size_t>(at - text.data());
        if (end > m_tag.size() && text.size() >= end + 3 && std::memcmp(text.data() + end, "]: ", 3) == 0) {
            return {true, text.substr(0, m_tag.size() - kPlainTag.size()),
                    text.substr(m_tag.size(), end - m_tag.size()), text.substr(end + 3)};
        }
    }
    const SshdLine line = splitSshdLine(text);
    if (line.isSshd) {
        const bool plain = line.host.data() == text.data() && text.substr(line.host.size()).starts_with(kPlainTag);
        m_tag = plain ? text.substr(0, line.host.size() + kPlainTag.size()) : std::string_view();
    }
    return line;
}

QString SshdScanner::syslogLine(std::string_view text, std::int64_t number)
{
    std::string_view rest = text;
    if (!takeTime(rest))
        return ImportText::tr("does not begin with a time stamp of syslog or ISO 8601");
    if (!m_time)
        return ImportText::tr("the day of its time stamp does not exist in that year");
    m_folder.advance(*m_time);
    const SshdLine parts = split(rest);
    if (!parts.isSshd)
        return {};
    m_record.rawLine = text;
    m_record.lineNumber = number;
    m_record.host = parts.host;
    m_record.pid = parts.pid;
    return speak(*m_time, parts.message);
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
    if (entry->message.data() == nullptr) // journalctl writes null for what it finds too long.
        return ImportText::tr("its field MESSAGE holds no text; “journalctl --all” writes long ones out");
    m_record.rawLine = text;
    m_record.lineNumber = number;
    m_record.host = entry->host;
    m_record.pid = entry->pid;
    return speak(entry->time, entry->message);
}

/// Hands what sshd said to the folder, if it speaks of a log-in. The rest of m_record stands already.
QString SshdScanner::speak(TimestampMs time, std::string_view text)
{
    const SshdMessage message = parseSshdMessage(text);
    if (message.wording == SshdWording::None)
        return {};
    if (message.wording == SshdWording::Broken)
        return ImportText::tr("begins like an attempt to log in, but is cut short");
    if (message.count > kMaxRepetitions)
        return ImportText::tr("says that it stands for more than %n lines", nullptr, kMaxRepetitions);
    m_record.source = message.source;
    if (message.wording == SshdWording::Left && !m_folder.knows(m_record))
        return {};
    m_record.wording = message.wording;
    m_record.method = message.method;
    m_record.port = message.port;
    m_record.invalidUser = message.invalidUser;
    m_record.count = message.count;
    EventView &event = m_record.event;
    event.timestamp = time;
    const bool accepted = message.wording == SshdWording::Accepted;
    event.outcome = accepted ? AuditOutcome::Success : AuditOutcome::Failure;
    event.severity = accepted ? AuditSeverity::Info : AuditSeverity::Low;
    event.userId = message.user.empty() ? std::string_view() : message.user;
    event.ipAddress = {};
    if (isCanonicalIpv4(message.source)) {
        event.ipAddress = message.source;
    } else if (auto canonical = message.source.empty() ? std::nullopt : canonicalIp(message.source)) {
        m_address = std::move(*canonical);
        event.ipAddress = m_address;
    }
    m_folder.add(m_record);
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
    LatestStamps stamps(survey);
    LineReader::Line line;
    while (reader.next(line))
        stamps.line(line.text);
    stamps.finish();
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
