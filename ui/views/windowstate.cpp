// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/windowstate.h"

#include "core/ports/clock.h"
#include "ui/views/consolecontext.h"
#include "ui/views/handovermemory.h"

#include <QGuiApplication>
#include <QScreen>
#include <QSettings>
#include <QVariantMap>
#include <QWidget>

#include <algorithm>

namespace bartizan::windowstate {
namespace {

constexpr int kFirstWidth = 1440;
constexpr int kFirstHeight = 900;
/// What the window manager adds around a window, at most: title bar and borders. How much it is, is known once it is
/// shown, and then it must fit already.
constexpr QSize kFrame(16, 48);
constexpr std::array<const char *, 6> kPageNames{"overview", "alerts", "events", "handover", "rules", "settings"};
constexpr std::array<const char *, 4> kRangeNames{"hour", "day", "week", "month"};
/// Of more databases no range of their own is remembered.
constexpr qsizetype kMostRanges = 50;

QString key(const char *name)
{
    return QStringLiteral("window/") + QLatin1String(name);
}

/// The range that ends now which was chosen last.
RangeChoice lastRange()
{
    const QString range = QSettings().value(key("range")).toString();
    const auto it = std::find_if(kRangeNames.begin(), kRangeNames.end(),
                                 [&](const char *name) { return range == QLatin1String(name); });
    return it == kRangeNames.end() ? RangeChoice() : RangeChoice{static_cast<RangeChoice::Kind>(it - kRangeNames.begin()), {}};
}

/// The range between two instants that was chosen for a database, if that is what it was seen in last.
std::optional<RangeChoice> customRange(const QString &database)
{
    const QStringList ends = QSettings().value(key("ranges")).toMap().value(database).toString().split(QLatin1Char(' '));
    if (ends.size() != 2)
        return std::nullopt;
    const TimeRange range{ends[0].toLongLong(), ends[1].toLongLong()};
    return range.start < range.end ? std::optional(RangeChoice{RangeChoice::Kind::Custom, range}) : std::nullopt;
}

} // namespace

void restoreContext(ConsoleContext &context)
{
    context.setRangeChoice(lastRange());
    if (QSettings().value(key("zone")).toString() == QLatin1String("local"))
        context.setDisplayZone(QTimeZone::systemTimeZone());
}

void restoreRange(ConsoleContext &context, const DatabaseInfo &database)
{
    const auto custom = database.demo ? std::nullopt : customRange(database.path);
    if (custom || context.rangeChoice().kind == RangeChoice::Kind::Custom)
        context.setRangeChoice(custom.value_or(lastRange()));
}

void saveRange(const ConsoleContext &context)
{
    const DatabaseInfo &database = context.session()->database();
    if (database.demo || database.path.isEmpty())
        return;
    const RangeChoice range = context.rangeChoice();
    QSettings kept;
    QVariantMap ranges = kept.value(key("ranges")).toMap();
    ranges.remove(database.path);
    if (range.kind == RangeChoice::Kind::Custom) {
        while (ranges.size() >= kMostRanges)
            ranges.erase(ranges.begin());
        ranges.insert(database.path, QStringLiteral("%1 %2").arg(range.custom.start).arg(range.custom.end));
    } else {
        kept.setValue(key("range"), QLatin1String(kRangeNames.at(static_cast<std::size_t>(range.kind))));
    }
    kept.setValue(key("ranges"), ranges);
}

void restoreGeometry(QWidget &window)
{
    const QByteArray geometry = QSettings().value(key("geometry")).toByteArray();
    if (!geometry.isEmpty() && window.restoreGeometry(geometry))
        return;
    QSize size(kFirstWidth, kFirstHeight);
    if (const QScreen *screen = QGuiApplication::primaryScreen())
        size = size.boundedTo(screen->availableSize() - kFrame);
    window.resize(size);
}

PageId lastPage()
{
    const QString page = QSettings().value(key("page")).toString();
    const auto it = std::find_if(kPageNames.begin(), kPageNames.end(),
                                 [&](const char *name) { return page == QLatin1String(name); });
    return it == kPageNames.end() ? PageId::Overview : static_cast<PageId>(it - kPageNames.begin());
}

void save(const QWidget &window, PageId page, const ConsoleContext &context)
{
    QSettings kept;
    kept.setValue(key("geometry"), window.saveGeometry());
    kept.setValue(key("page"), QLatin1String(kPageNames.at(static_cast<std::size_t>(page))));
    const bool utc = context.displayZone() == QTimeZone::utc();
    kept.setValue(key("zone"), utc ? QStringLiteral("utc") : QStringLiteral("local"));
    noteLeft(context.session()->database());
}

void noteLeft(const DatabaseInfo &database)
{
    if (!database.demo && !database.path.isEmpty())
        handovermemory::noteLeft(database.path, SystemClock().now());
}

QString lastDatabase()
{
    return QSettings().value(key("database")).toString();
}

void setLastDatabase(const DatabaseInfo &database)
{
    if (!database.demo)
        QSettings().setValue(key("database"), database.embedded ? QString() : database.path);
}

} // namespace bartizan::windowstate
