// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/noticesettings.h"

#include "ui/notices/desktopnotifier.h"
#include "ui/notices/noticepreferences.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/views/settingrow.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QTimeEdit>

namespace bartizan {
namespace {

constexpr int kChoiceWidth = 220;
constexpr int kTimeWidth = 84;

QString trialKey()
{
    return QStringLiteral("trial");
}

} // namespace

NoticeSettings::NoticeSettings(NoticePreferences *preferences, QWidget *parent)
    : QObject(parent), m_preferences(preferences)
{
    m_sections = {makeAnnouncing(parent), makeQuietHours(parent)};
    show();
    connect(preferences, &NoticePreferences::changed, this, &NoticeSettings::show);
    for (QCheckBox *box : {m_popups, m_sound, m_quiet})
        connect(box, &QCheckBox::toggled, this, &NoticeSettings::take);
    connect(m_from, &QComboBox::activated, this, &NoticeSettings::take);
    for (QTimeEdit *time : {m_quietFrom, m_quietTo})
        connect(time, &QTimeEdit::timeChanged, this, &NoticeSettings::take);
}

SettingSection *NoticeSettings::makeAnnouncing(QWidget *parent)
{
    auto *section = new SettingSection(tr("New alerts, on this computer"), parent);
    auto *popupRow = new SettingRow(QStringLiteral("notices.popups"), tr("Notices"), section);
    m_popups = new QCheckBox(tr("Show new alerts on the desktop"), popupRow);
    m_popups->setObjectName(QStringLiteral("notices.popups"));
    popupRow->setField(m_popups);
    popupRow->setExplanation(tr("Once for each alert; more than 5 in 10 seconds become one."));
    section->addRow(popupRow);

    auto *fromRow = new SettingRow(QStringLiteral("notices.from"), tr("Announce from"), section);
    m_from = new QComboBox(fromRow);
    m_from->setObjectName(QStringLiteral("notices.from"));
    for (std::size_t i = 0; i < enumCount<AlertSeverity>(); ++i)
        m_from->addItem(format::severity(static_cast<AlertSeverity>(i)));
    m_from->setFixedWidth(kChoiceWidth);
    fromRow->setField(m_from);
    section->addRow(fromRow);

    auto *soundRow = new SettingRow(QStringLiteral("notices.sound"), tr("Sound"), section);
    m_sound = new QCheckBox(tr("Play a sound for HIGH and CRITICAL"), soundRow);
    m_sound->setObjectName(QStringLiteral("notices.sound"));
    soundRow->setField(m_sound);
    soundRow->setExplanation(tr("The warning of the desktop's sound theme."));
    section->addRow(soundRow);
    section->addNote(makeTrial(section));
    return section;
}

SettingSection *NoticeSettings::makeQuietHours(QWidget *parent)
{
    auto *section = new SettingSection(tr("Quiet hours"), parent);
    auto *row = new SettingRow(QStringLiteral("notices.quietHours"), tr("Quiet hours"), section);
    m_quiet = new QCheckBox(tr("Announce nothing in the hours below"), row);
    m_quiet->setObjectName(QStringLiteral("notices.quietHours"));
    row->setField(m_quiet);
    row->setExplanation(tr("The alerts wait in the queue."));
    section->addRow(row);
    const auto addTime = [section](const QString &key, const QString &label) {
        auto *timeRow = new SettingRow(key, label, section);
        auto *time = new QTimeEdit(timeRow);
        time->setDisplayFormat(QStringLiteral("HH:mm"));
        time->setObjectName(key);
        time->setFixedWidth(kTimeWidth);
        timeRow->setField(time);
        timeRow->setHint(tr("local time"));
        section->addRow(timeRow);
        return time;
    };
    m_quietFrom = addTime(QStringLiteral("notices.quietFrom"), tr("From"));
    m_quietTo = addTime(QStringLiteral("notices.quietTo"), tr("To"));
    section->addNote(mutedLabel(tr("Applies at once, for you on this computer."), section));
    return section;
}

QWidget *NoticeSettings::makeTrial(QWidget *parent)
{
    auto *trial = new QWidget(parent);
    auto *row = new QHBoxLayout(trial);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(measure::kControlGap);
    m_try = new QPushButton(tr("Show one now"), trial);
    m_try->setAutoDefault(false);
    m_outcome = mutedLabel({}, trial);
    m_outcome->setWordWrap(true); // Or a long one would push the button out of the column.
    m_outcome->setAccessibleName(tr("What became of the notice"));
    row->addWidget(m_try);
    row->addWidget(m_outcome, 1);
    connect(m_try, &QPushButton::clicked, this, &NoticeSettings::tryIt);
    return trial;
}

void NoticeSettings::show()
{
    m_showing = true;
    const NoticeChoices &choices = m_preferences->choices();
    m_popups->setChecked(choices.popups);
    m_from->setCurrentIndex(static_cast<int>(choices.from));
    m_sound->setChecked(choices.sound);
    m_quiet->setChecked(choices.quietHours);
    m_quietFrom->setTime(choices.quietFrom);
    m_quietTo->setTime(choices.quietTo);
    m_quietFrom->setEnabled(choices.quietHours);
    m_quietTo->setEnabled(choices.quietHours);
    m_showing = false;
}

void NoticeSettings::take()
{
    if (m_showing)
        return; // What is shown in part is nobody's choice.
    NoticeChoices choices;
    choices.popups = m_popups->isChecked();
    choices.from = static_cast<AlertSeverity>(m_from->currentIndex());
    choices.sound = m_sound->isChecked();
    choices.quietHours = m_quiet->isChecked();
    choices.quietFrom = m_quietFrom->time();
    choices.quietTo = m_quietTo->time();
    m_preferences->setChoices(choices);
}

void NoticeSettings::tryIt()
{
    if (!m_thread) {
        m_notifier = new DesktopNotifier;
        connect(m_notifier, &DesktopNotifier::shown, this, [this](const QString &, const QString &server) {
            m_outcome->setText(server.isEmpty() ? tr("Shown.") : tr("Shown by %1.").arg(format::singleLine(server)));
        });
        connect(m_notifier, &DesktopNotifier::failed, this,
                [this](const QString &, const DesktopNotice &, const QString &reason) {
                    m_outcome->setText(tr("The desktop shows no notices (%1); alerts are announced from the tray.")
                                           .arg(format::singleLine(reason)));
                });
        m_thread = std::make_unique<WorkerThread>(m_notifier, QStringLiteral("notice trial"));
    }
    m_outcome->setText(tr("Asking the desktop…"));
    const DesktopNotice notice{tr("Notices of Bartizan look like this"), tr("Clicking one shows its alert."), false};
    m_thread->post([notifier = m_notifier, notice] { notifier->show(trialKey(), notice); });
}

} // namespace bartizan
