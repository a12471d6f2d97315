// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/windowstate.h"

#include "core/ports/clock.h"
#include "ui/views/consolecontext.h"
#include "ui/views/handovermemory.h"

#include <QGuiApplication>
#include <QScreen>
#include <QSettings>
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
constexpr std::array<const char *, 5> kRangeNames{"hour", "day", "week", "month", "custom"};

QString key(const char *name)
{
    return QStringLiteral("window/") + QLatin1String(name);
}

} // namespace

void restoreContext(ConsoleContext &context)
{
    const QSettings kept;
    const QString range = kept.value(key("range")).toString();
    const auto it = std::find_if(kRangeNames.begin(), kRangeNames.end(),
                                 [&](const char *name) { return range == QLatin1String(name); });
    if (it != kRangeNames.end()) {
        RangeChoice choice;
        choice.kind = static_cast<RangeChoice::Kind>(it - kRangeNames.begin());
        choice.custom = {kept.value(key("rangeStart")).toLongLong(), kept.value(key("rangeEnd")).toLongLong()};
        if (choice.kind != RangeChoice::Kind::Custom || choice.custom.start < choice.custom.end)
            context.setRangeChoice(choice);
    }
    if (kept.value(key("zone")).toString() == QLatin1String("local"))
        context.setDisplayZone(QTimeZone::systemTimeZone());
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
    const RangeChoice range = context.rangeChoice();
    kept.setValue(key("range"), QLatin1String(kRangeNames.at(static_cast<std::size_t>(range.kind))));
    kept.setValue(key("rangeStart"), static_cast<qlonglong>(range.custom.start));
    kept.setValue(key("rangeEnd"), static_cast<qlonglong>(range.custom.end));
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
