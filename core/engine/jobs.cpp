// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/jobs.h"

#include "core/engine/alertpages.h"
#include "core/engine/geofiller.h"
#include "core/engine/storequeries.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "core/report/eventexport.h"

#include <algorithm>
#include <iterator>

namespace bartizan {

namespace {

constexpr int kTellMs = 100;
// The import dialog shows this many quarantined lines; all of them stay in the database.
constexpr std::size_t kExamples = 1000;
constexpr std::size_t kExportedAtOnce = 2000;

} // namespace

void Job::tell(const JobProgress &told, bool last)
{
    if (!last && m_sinceTold.isValid() && !m_sinceTold.hasExpired(kTellMs))
        return;
    m_sinceTold.start();
    Q_EMIT progress(m_token, told);
}

void ImportJob::run()
{
    auto store = m_factory();
    if (!store) {
        Q_EMIT failed(m_token, store.error());
        return;
    }
    std::vector<QuarantinedLine> examples;
    ImportObserver observer;
    observer.cancel = &m_cancel;
    observer.progress = [this](const ImportProgress &now) { tell({now.bytesRead, now.bytesTotal, now}); };
    observer.quarantined = [&examples](const QuarantinedLine &line) {
        if (examples.size() < kExamples)
            examples.push_back(line);
    };
    // A pipe, a device or standard input could keep the analyst waiting without end.
    ImportOptions options = m_options;
    options.onlyRegularFiles = true;
    const auto report = importFile(m_path, options, **store, observer);
    if (!report) {
        Q_EMIT failed(m_token, report.error());
        return;
    }
    tell({report->totals.bytesRead, report->totals.bytesTotal, report->totals}, true);
    Q_EMIT imported(m_token, *report, examples);
}

void ExportJob::run()
{
    auto store = m_factory();
    if (!store) {
        Q_EMIT failed(m_token, store.error());
        return;
    }
    const auto written = m_request.events ? writeEvents(**store) : writeAlerts(**store);
    if (!written)
        Q_EMIT failed(m_token, written.error());
    else
        Q_EMIT exported(m_token, *written);
}

Result<std::int64_t> ExportJob::writeAlerts(Store &store)
{
    auto file = AlertExport::begin(m_request.path, m_request.format, m_request.overwrite, m_request.alertColumns);
    if (!file)
        return file.error();
    AlertPages pages = m_request.ids ? AlertPages(store, *m_request.ids) : AlertPages(store, m_request.query);
    const auto total = pages.count();
    if (!total)
        return total.error();
    while (!pages.atEnd()) {
        if (m_cancel.load(std::memory_order_relaxed))
            return std::int64_t{-1};
        tell({file->written(), std::max(*total, file->written()), {}});
        const auto page = pages.next();
        if (!page)
            return page.error();
        if (auto added = file->add(*page); !added)
            return added.error();
    }
    if (m_cancel.load(std::memory_order_relaxed))
        return std::int64_t{-1};
    tell({file->written(), file->written(), {}}, true);
    return file->finish();
}

/// The page shows countries that were looked up among those that were logged; a file keeps them apart.
Result<std::vector<EventColumn>> ExportJob::eventColumns(Store &store) const
{
    std::vector<EventColumn> columns = m_request.eventColumns;
    const auto country = std::find(columns.begin(), columns.end(), EventColumn::Country);
    if (country == columns.end())
        return columns;
    const auto geo = storequeries::geoOf(store);
    if (!geo)
        return geo.error();
    if (*geo)
        columns.insert(std::next(country), EventColumn::CountryLookedUp);
    return columns;
}

/// Page after page, each behind the last row of the one before: rows that come meanwhile are newer, and stay out.
Result<std::int64_t> ExportJob::writeEvents(Store &store)
{
    const auto columns = eventColumns(store);
    if (!columns)
        return columns.error();
    auto file = EventExport::begin(m_request.path, m_request.format, m_request.overwrite, *columns);
    if (!file)
        return file.error();
    EventSearch search = *m_request.events;
    search.query.limit = kExportedAtOnce;
    const TimestampMs now = SystemClock().now();
    const auto count = storequeries::eventCount(store, search, now);
    if (!count)
        return count.error();
    const std::int64_t total = count->value_or(0);
    for (bool more = true; more;) {
        if (m_cancel.load(std::memory_order_relaxed))
            return std::int64_t{-1};
        const auto page = storequeries::events(store, search, now);
        if (!page)
            return page.error();
        if (auto added = file->add(page->events, page->lookedUp); !added)
            return added.error();
        more = page->more;
        search.query.after = page->reached ? page->reached : search.query.after;
        tell({file->written(), total, {}});
    }
    return file->finish();
}

void ReadingJob::setBusy(Store *store)
{
    const std::lock_guard lock(m_mutex);
    m_interruptible = store;
}

void ReadingJob::cancel()
{
    Job::cancel();
    const std::lock_guard lock(m_mutex);
    if (m_interruptible)
        m_interruptible->interrupt();
}

void MutePreviewJob::run()
{
    auto store = m_factory();
    if (!store) {
        Q_EMIT failed(m_token, store.error());
        return;
    }
    setBusy(store->get());
    MutePreviewObserver observer;
    observer.cancel = &m_cancel;
    observer.progress = [this](std::int64_t done, std::int64_t total) { tell({done, total, {}}); };
    const auto preview = previewMute(**store, m_mute, m_clock.now(), observer);
    setBusy(nullptr);
    MutePreview cancelled;
    cancelled.cancelled = true;
    if (preview)
        Q_EMIT muteTried(m_token, *preview);
    else if (m_cancel)
        Q_EMIT muteTried(m_token, cancelled);
    else
        Q_EMIT failed(m_token, preview.error());
}

void TrialJob::run()
{
    auto store = m_factory();
    if (!store) {
        Q_EMIT failed(m_token, store.error());
        return;
    }
    setBusy(store->get());
    TrialObserver observer;
    observer.cancel = &m_cancel;
    observer.progress = [this](std::int64_t done, std::int64_t total) { tell({done, total, {}}); };
    const auto report = tryRule(**store, m_request, m_saved, m_clock.now(), observer);
    setBusy(nullptr);
    TrialReport cancelled;
    cancelled.cancelled = true;
    if (report)
        Q_EMIT tried(m_token, *report);
    else if (m_cancel)
        Q_EMIT tried(m_token, cancelled);
    else
        Q_EMIT failed(m_token, report.error());
}

} // namespace bartizan
