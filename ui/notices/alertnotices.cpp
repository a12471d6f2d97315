// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notices/alertnotices.h"

#include "ui/notices/eventsound.h"
#include "ui/theme/format.h"

#include <QApplication>
#include <QSystemTrayIcon>

namespace bartizan {
namespace {

constexpr qsizetype kLongestBody = 240;
constexpr qsizetype kMostWithdrawn = 64; ///< Notices that are remembered in order to take them back.

QString text(const std::string &utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString cut(QString line)
{
    if (line.size() > kLongestBody)
        line = line.left(kLongestBody - 1) + QChar(0x2026);
    return line;
}

/// The key of the notice about several alerts; ids of alerts are never empty.
QString sumKey()
{
    return QString();
}

} // namespace

AlertNotices::AlertNotices(Session *session, const NoticePreferences *preferences, QObject *parent)
    : QObject(parent), m_session(session), m_preferences(preferences), m_clock(std::make_unique<SystemClock>()),
      m_notifier(new DesktopNotifier), m_sound(new EventSound),
      m_notifierThread(m_notifier, QStringLiteral("notices")), m_soundThread(m_sound, QStringLiteral("sound"))
{
    m_policy.setChoices(preferences->choices());
    connect(preferences, &NoticePreferences::changed, this,
            [this] { m_policy.setChoices(m_preferences->choices()); });
    connect(session, &Session::opened, this, [this] { m_policy.begin(m_clock->now()); });
    connect(session, &Session::closed, this, [this] {
        withdrawAll();
        if (!m_summed.empty())
            withdrawSum();
    });
    connect(session, &Session::alertsChanged, this, &AlertNotices::onChanges);
    connect(m_notifier, &DesktopNotifier::activated, this, &AlertNotices::openRequested);
    connect(m_notifier, &DesktopNotifier::shown, this, [this](const QString &, const QString &by) { Q_EMIT shown(by); });
    connect(m_notifier, &DesktopNotifier::failed, this,
            [this](const QString &key, const DesktopNotice &notice) { showInTray(key, notice); });
    connect(m_sound, &EventSound::failed, this, [] { QApplication::beep(); });
}

AlertNotices::~AlertNotices() = default;

void AlertNotices::setClock(std::unique_ptr<Clock> clock)
{
    m_clock = std::move(clock);
}

void AlertNotices::onChanges(const ToldChanges &changes)
{
    const NoticeStep step = m_policy.take(*changes, m_clock->now(), QTime::currentTime());
    if (step.withdrawSingle) { // Another sum begins.
        withdrawAll();
        m_summed.clear();
        m_sumInTray = false;
    }
    m_summed.insert(step.summed.begin(), step.summed.end());
    for (const SecurityAlert *alert : step.single)
        announce(*alert);
    if (step.sum)
        announce(*step.sum);
    if (step.sound)
        play();
    for (const SecurityAlert &alert : changes->changed) {
        if (!alert.acknowledged)
            continue;
        withdraw(text(alert.id));
        if (m_summed.erase(alert.id) > 0 && m_summed.empty())
            withdrawSum();
    }
}

void AlertNotices::withdrawSum()
{
    m_summed.clear();
    m_sumInTray = false;
    m_policy.restartSum();
    clearTray(sumKey());
    m_notifierThread.post([notifier = m_notifier] { notifier->withdraw(sumKey()); });
}

void AlertNotices::announce(const SecurityAlert &alert)
{
    const QString key = text(alert.id);
    const DesktopNotice notice{
        tr("%1: %2").arg(format::severity(alert.severity), cut(format::singleLine(alert.title))),
        cut(format::singleLine(alert.description)), alert.severity == AlertSeverity::Critical};
    if (m_announced.size() >= kMostWithdrawn)
        m_announced.removeFirst();
    m_announced.append(key);
    m_notifierThread.post([notifier = m_notifier, key, notice] { notifier->show(key, notice); });
}

void AlertNotices::announce(const NoticeSum &sum)
{
    const auto shownCount = static_cast<int>(std::min<std::int64_t>(sum.count, std::numeric_limits<int>::max()));
    const DesktopNotice notice{tr("%Ln new alert(s)", nullptr, shownCount),
                               tr("Highest severity: %1").arg(format::severity(sum.highest)),
                               sum.highest == AlertSeverity::Critical};
    m_notifierThread.post([notifier = m_notifier, notice] { notifier->show(sumKey(), notice); });
}

void AlertNotices::withdrawAll()
{
    const QStringList announced = std::exchange(m_announced, {});
    for (const QString &key : announced)
        m_notifierThread.post([notifier = m_notifier, key] { notifier->withdraw(key); });
}

void AlertNotices::withdraw(const QString &key)
{
    clearTray(key);
    if (m_announced.removeOne(key))
        m_notifierThread.post([notifier = m_notifier, key] { notifier->withdraw(key); });
}

void AlertNotices::showInTray(const QString &key, const DesktopNotice &notice)
{
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        return;
    if (m_tray == nullptr) {
        m_tray = new QSystemTrayIcon(QApplication::windowIcon(), this);
        connect(m_tray, &QSystemTrayIcon::messageClicked, this, [this] { Q_EMIT openRequested(m_trayKey); });
        connect(m_tray, &QSystemTrayIcon::activated, this, [this] { Q_EMIT openRequested({}); });
        m_tray->show();
    }
    m_trayKey = key;
    m_tray->setToolTip(trayToolTip(notice.title));
    // What stands there cannot be replaced: an alert more of the same flood would be a message more.
    if (key == sumKey() && std::exchange(m_sumInTray, true))
        return;
    m_tray->showMessage(notice.title, notice.body,
                        notice.critical ? QSystemTrayIcon::Critical : QSystemTrayIcon::Warning);
}

// Some trays read every tool tip as rich text, others none, and Qt's own those that look like it: escaping would be seen.
QString AlertNotices::trayToolTip(const QString &title)
{
    return tr("Bartizan: %1").arg(QString(title).replace(QLatin1Char('<'), QChar(0x2039)));
}

/// Somebody has seen to what the tray said last.
void AlertNotices::clearTray(const QString &key)
{
    if (m_tray != nullptr && m_trayKey == key)
        m_tray->setToolTip(tr("Bartizan"));
}

void AlertNotices::play()
{
    m_soundThread.post([sound = m_sound] { sound->play(); });
    Q_EMIT soundPlayed();
}

} // namespace bartizan
