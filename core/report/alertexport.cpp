// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/alertexport.h"

#include "core/report/csvtext.h"
#include "core/report/documentjson.h"
#include "core/report/securefile.h"

#include <array>
#include <utility>

namespace bartizan {
namespace {

constexpr std::array<std::string_view, 11> kColumns{
    "timestamp", "severity", "type", "title", "description", "eventType",
    "userId", "companyId", "ipAddress", "userAgent", "acknowledged"};

/// Progress is told, and cancel asked for, this often.
constexpr std::size_t kReportEvery = 256;

/// Alerts in, pieces of a file out.
class AlertEncoder {
public:
    explicit AlertEncoder(ExportFormat format) : m_format(format)
    {
        if (m_format == ExportFormat::Csv)
            appendCsvRecord(m_csv, kColumns);
        else
            m_json.beginArray();
    }
    void add(const SecurityAlert &alert)
    {
        if (m_format == ExportFormat::Csv)
            addRecord(alert);
        else
            writeAlert(m_json, alert);
    }
    void finish()
    {
        if (m_format == ExportFormat::Json)
            m_json.endArray();
    }
    std::string take() { return m_format == ExportFormat::Csv ? std::exchange(m_csv, {}) : m_json.take(); }

private:
    void addRecord(const SecurityAlert &alert)
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

    ExportFormat m_format;
    std::string m_csv;
    JsonWriter m_json;
};

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

std::string alertsToCsv(std::span<const SecurityAlert> alerts)
{
    return encoded(ExportFormat::Csv, alerts);
}

std::string alertsToJson(std::span<const SecurityAlert> alerts)
{
    return encoded(ExportFormat::Json, alerts) + '\n';
}

Result<std::int64_t> exportAlerts(const QString &path, ExportFormat format, std::span<const SecurityAlert> alerts,
                                  bool overwrite, const ExportObserver &observer)
{
    auto file = SecureFile::create(path, overwrite);
    if (!file)
        return file.error();
    AlertEncoder encoder(format);
    for (std::size_t i = 0; i < alerts.size(); ++i) {
        if (i % kReportEvery == 0) {
            if (isCancelled(observer))
                return std::int64_t{-1};
            tell(observer, i, alerts.size());
            if (auto written = file->write(encoder.take()); !written)
                return written.error();
        }
        encoder.add(alerts[i]);
    }
    encoder.finish();
    const std::string end = format == ExportFormat::Json ? "\n" : "";
    if (auto written = file->write(encoder.take() + end); !written)
        return written.error();
    if (isCancelled(observer))
        return std::int64_t{-1};
    if (auto published = file->publish(); !published)
        return published.error();
    tell(observer, alerts.size(), alerts.size());
    return static_cast<std::int64_t>(alerts.size());
}

} // namespace bartizan
