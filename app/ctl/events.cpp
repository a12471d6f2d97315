// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/table.h"
#include "app/ctl/terminal.h"
#include "core/domain/eventsize.h"
#include "core/report/csvtext.h"
#include "core/report/documentjson.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>

namespace bartizan::ctl {
namespace {

constexpr std::size_t kPage = 1000;
constexpr std::array<std::string_view, 3> kFormats{"table", "ndjson", "csv"};
constexpr std::array<std::string_view, 15> kColumns{
    "timestamp", "eventType", "action", "outcome", "severity", "userId", "companyId", "platformUserId",
    "ipAddress", "userAgent", "country", "sessionId", "requestId", "metadata", "errorMessage"};

std::string textOf(const std::optional<std::string> &text)
{
    return text.value_or(std::string());
}

/// Where pages of rows go: one way of writing them down.
class EventPrinter {
public:
    virtual ~EventPrinter() = default;
    virtual void add(const AuditEvent &event) = 0;
    virtual void endPage(Terminal &terminal) = 0;
    virtual void end(Terminal &) {}
};

class TablePrinter final : public EventPrinter {
public:
    void add(const AuditEvent &event) override
    {
        m_table.add({std::to_string(event.id), formatIso(event.timestamp), std::string(toString(event.eventType)),
                     event.action, std::string(toString(event.outcome)), std::string(toString(event.severity)),
                     textOf(event.context.userId), textOf(event.context.ipAddress), textOf(event.context.country)});
    }
    void endPage(Terminal &terminal) override { m_table.print(terminal); }

private:
    Table m_table{{Text::tr("ID"), Table::Align::Right}, {Text::tr("TIME (UTC)")}, {Text::tr("TYPE")},
                  {Text::tr("ACTION")}, {Text::tr("OUTCOME")}, {Text::tr("SEVERITY")}, {Text::tr("USER")},
                  {Text::tr("ADDRESS")}, {Text::tr("COUNTRY")}};
};

class NdjsonPrinter final : public EventPrinter {
public:
    void add(const AuditEvent &event) override
    {
        writeEvent(m_json, event, EventId::Hidden);
        m_lines += m_json.take() + '\n';
    }
    void endPage(Terminal &terminal) override { terminal.writeData(std::exchange(m_lines, {})); }

private:
    JsonWriter m_json{0};
    std::string m_lines;
};

class CsvPrinter final : public EventPrinter {
public:
    CsvPrinter() { appendCsvRecord(m_lines, kColumns); }
    void add(const AuditEvent &event) override
    {
        const auto view = [](const std::optional<std::string> &text) {
            return text ? std::string_view(*text) : std::string_view();
        };
        const EventContext &c = event.context;
        const std::string timestamp = formatIso(event.timestamp);
        const std::array<std::string_view, kColumns.size()> cells{
            timestamp, toString(event.eventType), event.action, toString(event.outcome), toString(event.severity),
            view(c.userId), view(c.companyId), view(c.platformUserId), view(c.ipAddress), view(c.userAgent),
            view(c.country), view(c.sessionId), view(c.requestId), event.metadata, view(event.errorMessage)};
        appendCsvRecord(m_lines, cells);
    }
    void endPage(Terminal &terminal) override { terminal.writeData(std::exchange(m_lines, {})); }

private:
    std::string m_lines;
};

class JsonPrinter final : public EventPrinter {
public:
    JsonPrinter() { m_json.beginArray(); }
    void add(const AuditEvent &event) override { writeEvent(m_json, event, EventId::Shown); }
    void endPage(Terminal &terminal) override { terminal.writeData(m_json.take()); }
    void end(Terminal &terminal) override
    {
        m_json.endArray();
        terminal.writeData(m_json.take() + '\n');
    }

private:
    JsonWriter m_json;
};

std::unique_ptr<EventPrinter> makePrinter(const ArgumentParser &arguments)
{
    const QString format = arguments.value(QStringLiteral("format"));
    if (arguments.isSet(QStringLiteral("json")))
        return std::make_unique<JsonPrinter>();
    if (format == QLatin1String("ndjson"))
        return std::make_unique<NdjsonPrinter>();
    if (format == QLatin1String("csv"))
        return std::make_unique<CsvPrinter>();
    return std::make_unique<TablePrinter>();
}

int list(const Invocation &invocation, Store &store, EventQuery query, std::optional<std::int64_t> limit,
         EventPrinter &printer)
{
    std::int64_t left = limit.value_or(std::numeric_limits<std::int64_t>::max());
    for (bool more = true; more;) {
        query.limit = static_cast<std::size_t>(std::min<std::int64_t>(left, kPage));
        const auto page = store.events(query);
        if (!page)
            return failed(invocation, page.error());
        for (const AuditEvent &event : *page)
            printer.add(event);
        printer.endPage(invocation.terminal);
        left -= static_cast<std::int64_t>(page->size());
        more = endedEarly(*page, query.limit) && left > 0 && !invocation.terminal.closed();
        if (!page->empty())
            query.after = EventKey{page->back().timestamp, page->back().id};
    }
    printer.end(invocation.terminal);
    return kDone;
}

void declare(ArgumentParser &arguments)
{
    arguments.addRange(Text::tr("by default the last 24 hours"));
    arguments.addOption(QStringLiteral("type"), QStringLiteral("T"), Text::tr("of this type, such as AUTHENTICATION"));
    arguments.addOption(QStringLiteral("outcome"), QStringLiteral("O"), Text::tr("with this outcome, such as FAILURE"));
    arguments.addOption(QStringLiteral("user"), QStringLiteral("U"), Text::tr("of exactly this user"));
    arguments.addOption(QStringLiteral("ip"), QStringLiteral("A"), Text::tr("from exactly this address"));
    arguments.addOption(QStringLiteral("limit"), QStringLiteral("N"), Text::tr("the first N rows"));
    arguments.addOption(QStringLiteral("format"), QStringLiteral("F"), Text::tr("table (default), ndjson or csv"));
    arguments.addJson();
}

} // namespace

int runEvents(const Invocation &invocation)
{
    ArgumentParser arguments(
        invocation, {},
        Text::tr("Lists rows of the audit log, oldest first. Imported rows name their origin in metadata.file and\n"
                 "metadata.line. What ndjson and csv print can be imported again; in csv a cell that a spreadsheet\n"
                 "would take for a formula gets a leading apostrophe."));
    declare(arguments);
    if (const auto status = arguments.parse())
        return *status;
    EventQuery query;
    query.oldestFirst = true;
    query.range = lastDay();
    std::optional<std::int64_t> limit;
    if (!arguments.readRange(query.range) || !arguments.readEnum(QStringLiteral("type"), query.eventType)
        || !arguments.readEnum(QStringLiteral("outcome"), query.outcome)
        || !arguments.readText(QStringLiteral("user"), query.userId)
        || !arguments.readText(QStringLiteral("ip"), query.ipAddress)
        || !arguments.readNumber(QStringLiteral("limit"), 1, limit))
        return kUnusable;
    if (arguments.isSet(QStringLiteral("format"))) {
        if (!arguments.isAnyOf(QStringLiteral("format"), kFormats))
            return kUnusable;
        if (arguments.isSet(QStringLiteral("json")))
            return arguments.unusable(Text::tr("--json and --format exclude each other"));
    }
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadOnly);
    if (!database.store)
        return database.status;
    return list(invocation, *database.store, query, limit, *makePrinter(arguments));
}

} // namespace bartizan::ctl
