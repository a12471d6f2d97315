// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/alertexport.h"

#include "core/report/csvtext.h"
#include "core/report/documentjson.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace bartizan {
namespace {

constexpr std::array<std::string_view, 11> kColumns{
    "timestamp", "severity", "type", "title", "description", "eventType",
    "userId", "companyId", "ipAddress", "userAgent", "acknowledged"};

/// The names of AlertColumn, in its order.
constexpr std::array<std::string_view, 10> kNames{"timestamp", "severity", "type",  "title", "ipAddress",
                                                  "country",   "userId",   "count", "owner", "status"};

std::string_view nameOf(AlertColumn column)
{
    return kNames[static_cast<std::size_t>(column)];
}

std::string_view standingOf(const SecurityAlert &alert)
{
    return alert.mute ? "MUTED" : alert.disposition ? toString(*alert.disposition) : toString(alert.status);
}

/// What stands in a column; nullopt: nothing.
std::optional<std::string> cellOf(const SecurityAlert &alert, AlertColumn column)
{
    switch (column) {
    case AlertColumn::Timestamp: return formatIso(alert.timestamp);
    case AlertColumn::Severity: return std::string(toString(alert.severity));
    case AlertColumn::Type: return std::string(toString(alert.type));
    case AlertColumn::Title: return alert.title;
    case AlertColumn::IpAddress: return alert.context.ipAddress;
    case AlertColumn::Country: return alert.context.country;
    case AlertColumn::UserId: return alert.context.userId;
    case AlertColumn::Count: return std::to_string(alert.repeats + 1);
    case AlertColumn::Owner: return alert.owner;
    case AlertColumn::Status: break;
    }
    return std::string(standingOf(alert));
}

/// Progress is told, and cancel asked for, this often.
constexpr std::size_t kReportEvery = 256;

std::string encoded(ExportFormat format, std::span<const SecurityAlert> alerts)
{
    AlertEncoder encoder(format);
    for (const SecurityAlert &alert : alerts)
        encoder.add(alert);
    encoder.finish();
    return encoder.take();
}

bool isCancelled(const ExportObserver &observer)
{
    return observer.cancel && observer.cancel->load(std::memory_order_relaxed);
}

void tell(const ExportObserver &observer, std::size_t done, std::size_t total)
{
    if (observer.progress)
        observer.progress(static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
}

} // namespace

AlertEncoder::AlertEncoder(ExportFormat format, std::vector<AlertColumn> columns)
    : m_format(format), m_columns(std::move(columns))
{
    if (m_format == ExportFormat::Json) {
        m_json.beginArray();
        return;
    }
    std::vector<std::string_view> header(kColumns.begin(), kColumns.end());
    if (!m_columns.empty()) {
        header.clear();
        std::transform(m_columns.begin(), m_columns.end(), std::back_inserter(header), nameOf);
    }
    appendCsvRecord(m_csv, header);
}

void AlertEncoder::add(const SecurityAlert &alert)
{
    if (!m_columns.empty())
        addColumns(alert);
    else if (m_format == ExportFormat::Csv)
        addRecord(alert);
    else
        writeAlert(m_json, alert);
}

void AlertEncoder::finish()
{
    if (m_format == ExportFormat::Json)
        m_json.endArray();
    m_finished = true;
}

std::string AlertEncoder::take()
{
    if (m_format == ExportFormat::Csv)
        return std::exchange(m_csv, {});
    return m_finished ? m_json.take() + '\n' : m_json.take();
}

void AlertEncoder::addRecord(const SecurityAlert &alert)
{
    const auto cell = [](const std::optional<std::string> &text) {
        return text ? std::string_view(*text) : std::string_view();
    };
    const std::string timestamp = formatIso(alert.timestamp);
    const EventContext &c = alert.context;
    const std::array<std::string_view, kColumns.size()> cells{
        timestamp, toString(alert.severity), toString(alert.type), alert.title, alert.description,
        toString(alert.eventType), cell(c.userId), cell(c.companyId), cell(c.ipAddress), cell(c.userAgent),
        alert.acknowledged ? "true" : "false"};
    appendCsvRecord(m_csv, cells);
}

void AlertEncoder::addColumns(const SecurityAlert &alert)
{
    std::vector<std::optional<std::string>> cells;
    for (const AlertColumn column : m_columns)
        cells.push_back(cellOf(alert, column));
    if (m_format == ExportFormat::Csv) {
        std::vector<std::string_view> texts;
        for (const auto &cell : cells)
            texts.push_back(cell ? std::string_view(*cell) : std::string_view());
        appendCsvRecord(m_csv, texts);
        return;
    }
    m_json.beginObject();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        m_json.key(nameOf(m_columns[i]));
        if (m_columns[i] == AlertColumn::Count)
            m_json.number(alert.repeats + 1);
        else if (cells[i])
            m_json.text(*cells[i]);
        else
            m_json.null();
    }
    m_json.endObject();
}

Result<AlertExport> AlertExport::begin(const QString &path, ExportFormat format, bool overwrite,
                                       std::vector<AlertColumn> columns)
{
    auto file = SecureFile::create(path, overwrite);
    if (!file)
        return file.error();
    return AlertExport(std::move(*file), format, std::move(columns));
}

Result<void> AlertExport::add(std::span<const SecurityAlert> alerts)
{
    for (const SecurityAlert &alert : alerts)
        m_encoder.add(alert);
    if (auto written = m_file.write(m_encoder.take()); !written)
        return written;
    m_written += static_cast<std::int64_t>(alerts.size());
    return {};
}

Result<std::int64_t> AlertExport::finish()
{
    m_encoder.finish();
    if (auto written = m_file.write(m_encoder.take()); !written)
        return written.error();
    if (auto published = m_file.publish(); !published)
        return published.error();
    return m_written;
}

std::string alertsToCsv(std::span<const SecurityAlert> alerts)
{
    return encoded(ExportFormat::Csv, alerts);
}

std::string alertsToJson(std::span<const SecurityAlert> alerts)
{
    return encoded(ExportFormat::Json, alerts);
}

Result<std::int64_t> exportAlerts(const QString &path, ExportFormat format, std::span<const SecurityAlert> alerts,
                                  bool overwrite, const ExportObserver &observer)
{
    auto file = AlertExport::begin(path, format, overwrite);
    if (!file)
        return file.error();
    for (std::size_t i = 0; i < alerts.size(); i += kReportEvery) {
        if (isCancelled(observer))
            return std::int64_t{-1};
        tell(observer, i, alerts.size());
        if (auto added = file->add(alerts.subspan(i, std::min(kReportEvery, alerts.size() - i))); !added)
            return added.error();
    }
    if (isCancelled(observer))
        return std::int64_t{-1};
    const auto written = file->finish();
    if (written)
        tell(observer, alerts.size(), alerts.size());
    return written;
}

} // namespace bartizan
