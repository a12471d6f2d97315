// SPDX-License-Identifier: GPL-3.0-or-later
// The categories of the settings page and their fields.
#include "ui/views/settingspage.h"

#include "ui/theme/measures.h"
#include "ui/views/appearance.h"
#include "ui/views/geodatabasefield.h"
#include "ui/views/labels.h"
#include "ui/views/noticesettings.h"
#include "ui/views/settingrow.h"
#include "ui/views/settingscategories.h"
#include "ui/views/settingsedit.h"
#include "ui/views/zonebox.h"
#include "ui/widgets/elidedlabel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kNumberWidth = 92;
constexpr int kChoiceWidth = 220;
constexpr int kLongestLabel = 380; // Fits the page of a window 1280 wide.
constexpr int kLargestNumber = 9'999'999; // beyond every range, so that a wrong number can be entered and explained

const ConfigField &fieldNamed(const QString &key)
{
    const auto fields = configFields();
    return *std::find_if(fields.begin(), fields.end(), [&key](const ConfigField &f) { return f.key() == key; });
}

} // namespace

void SettingsPage::addCategory(const QString &title, const QString &icon, const std::vector<SettingSection *> &sections)
{
    auto *content = new QWidget(m_forms);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    for (SettingSection *section : sections)
        column->addWidget(section);
    column->addStretch(1);
    auto *scroll = new QScrollArea(m_forms);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setAccessibleName(title);
    content->setAutoFillBackground(true);
    content->setBackgroundRole(QPalette::Base);
    scroll->setWidget(content);
    m_forms->addWidget(scroll);
    m_categories->add(title, icon);
    m_all.push_back({title, sections});
}

SettingRow *SettingsPage::addNumber(SettingSection *section, const QString &key)
{
    const ConfigField &field = fieldNamed(key);
    const SettingText text = settingText(field);
    auto *row = new SettingRow(key, text.label, section);
    auto *box = new QSpinBox(row);
    box->setRange(0, kLargestNumber);
    box->setFixedWidth(kNumberWidth);
    box->setObjectName(key);
    row->setField(box, text.unit);
    row->setExplanation(text.explanation);
    if (!text.unavailable.isEmpty())
        row->setUnavailable(text.unavailable);
    section->addRow(row);
    m_numbers.push_back({&field, box, row});
    connect(box, &QSpinBox::valueChanged, m_edit, [this, &field](int value) { m_edit->setNumber(field, value); });
    return row;
}

void SettingsPage::addAlerting()
{
    auto *alerting = new SettingSection(tr("Alerting"), m_forms);
    auto *row = new SettingRow(QStringLiteral("alerting.enabled"), tr("Raise notifications"), alerting);
    m_enabled = new QCheckBox(tr("Tell the channels below about new alerts"), row);
    m_enabled->setObjectName(QStringLiteral("alerting.enabled"));
    row->setField(m_enabled);
    row->setUnavailable(noDelivery());
    alerting->addRow(row);

    auto *channels = new SettingSection(tr("Channels to tell"), m_forms);
    auto *tell = new SettingRow(QStringLiteral("alerting.channels"), tr("Channels"), channels);
    auto *boxes = new QWidget(tell);
    auto *boxRow = new QHBoxLayout(boxes);
    boxRow->setContentsMargins(0, 0, 0, 0);
    boxRow->setSpacing(measure::kControlGap);
    for (std::size_t i = 0; i < enumCount<AlertChannel>(); ++i) {
        const auto channel = static_cast<AlertChannel>(i);
        auto *box = new QCheckBox(channelName(channel), boxes);
        box->setObjectName(QStringLiteral("alerting.channels.") + QString::number(i));
        box->setAccessibleName(tr("Channel %1").arg(channelName(channel)));
        boxRow->addWidget(box);
        m_channels.push_back(box);
    }
    tell->setField(boxes);
    tell->setUnavailable(noDelivery());
    channels->addRow(tell);

    auto *suppression = new SettingSection(tr("Suppression"), m_forms);
    addNumber(suppression, QStringLiteral("alerting.suppressDuplicateMinutes"));
    auto *escalation = new SettingSection(tr("Escalation"), m_forms);
    addNumber(escalation, QStringLiteral("alerting.escalationTimeoutMinutes"));
    addCategory(tr("Alerting"), QStringLiteral("bell-ring"), {alerting, channels, suppression, escalation});
}

void SettingsPage::addThresholds()
{
    auto *section = new SettingSection(tr("Raise an alert from"), m_forms);
    for (const ConfigField &field : configFields()) {
        if (field.section == "thresholds")
            addNumber(section, field.key());
    }
    section->addNote(mutedLabel(tr("The Rules page has the windows they are counted in, and all other numbers."), section));
    addCategory(tr("Thresholds"), QStringLiteral("sliders-horizontal"), {section});
}

void SettingsPage::addRetention()
{
    auto *section = new SettingSection(tr("Retention"), m_forms);
    addNumber(section, QStringLiteral("retention.alertRetentionDays"));
    addNumber(section, QStringLiteral("retention.metricsRetentionDays"));
    section->addNote(mutedLabel(tr("Audit rows stay, but for old months on a server where “init --keep-months” says so."), section));
    addCategory(tr("Retention"), QStringLiteral("archive"), {section});
}

void SettingsPage::addTimeZone()
{
    auto *section = new SettingSection(tr("Time zone"), m_forms);
    m_zoneRow = new SettingRow(QStringLiteral("timeZone"), tr("Monitoring time zone"), section);
    m_zone = new ZoneBox(m_zoneRow);
    m_zone->setObjectName(QStringLiteral("timeZone"));
    m_zoneRow->setField(m_zone);
    m_zoneRow->setExplanation(tr("Hours of the day are taken in it: events by hour, and unusual activity for the hour."));
    section->addRow(m_zoneRow);
    connect(m_zone, &ZoneBox::zoneChanged, m_edit, &SettingsEdit::setTimeZone);
    section->addNote(mutedLabel(tr("The zone that times are shown in is chosen in the bar at the top."), section));
    addCategory(tr("Time zone"), QStringLiteral("clock-3"), {section});
}

void SettingsPage::addAppearance()
{
    auto *section = new SettingSection(tr("On this computer"), m_forms);
    auto *themeRow = new SettingRow(QStringLiteral("appearance.theme"), tr("Theme"), section);
    m_theme = new QComboBox(themeRow);
    m_theme->addItem(tr("As the desktop has it"));
    m_theme->addItem(tr("Light"));
    m_theme->addItem(tr("Dark"));
    m_theme->setFixedWidth(kChoiceWidth);
    themeRow->setField(m_theme);
    section->addRow(themeRow);
    auto *rowsRow = new SettingRow(QStringLiteral("appearance.rows"), tr("Rows of tables"), section);
    m_rows = new QComboBox(rowsRow);
    m_rows->addItem(tr("Dense"));
    m_rows->addItem(tr("Comfortable"));
    m_rows->setFixedWidth(kChoiceWidth);
    rowsRow->setField(m_rows);
    section->addRow(rowsRow);
    section->addNote(mutedLabel(tr("Applies at once, for you on this computer."), section));
    connect(m_theme, &QComboBox::activated, m_appearance,
            [this](int index) { m_appearance->setTheme(static_cast<ThemeChoice>(index)); });
    connect(m_rows, &QComboBox::activated, m_appearance,
            [this](int index) { m_appearance->setComfortableRows(index == 1); });
    addCategory(tr("Appearance"), QStringLiteral("palette"), {section});
}

void SettingsPage::addNotices()
{
    auto *notices = new NoticeSettings(m_context->noticePreferences(), m_forms);
    addCategory(tr("Notices"), QStringLiteral("message-square"), notices->sections());
}

void SettingsPage::addDatabase()
{
    auto *section = new SettingSection(tr("Database"), m_forms);
    auto *pathRow = new SettingRow(QStringLiteral("database.path"), tr("File"), section);
    m_path = new ElidedLabel(pathRow);
    m_path->setElideMode(Qt::ElideMiddle);
    m_path->setMinimumWidth(kLongestLabel);
    pathRow->setField(m_path);
    section->addRow(pathRow);
    auto *kindRow = new SettingRow(QStringLiteral("database.kind"), tr("Kind"), section);
    m_kind = new ElidedLabel(kindRow);
    m_kind->setMinimumWidth(kLongestLabel);
    kindRow->setField(m_kind);
    section->addRow(kindRow);

    auto *buttons = new QWidget(section);
    auto *row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(measure::kControlGap);
    auto *open = new QPushButton(tr("Open another…"), buttons);
    auto *import = new QPushButton(tr("Import a file…"), buttons);
    auto *demo = new QPushButton(tr("Open new demo data"), buttons);
    for (QPushButton *button : {open, import, demo}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch(1);
    section->addNote(buttons);
    connect(open, &QPushButton::clicked, m_context, &ConsoleContext::openDatabase);
    connect(import, &QPushButton::clicked, m_context, &ConsoleContext::importLog);
    connect(demo, &QPushButton::clicked, m_context, &ConsoleContext::openDemo);
    addCategory(tr("Database"), QStringLiteral("database"), {section, makeGeoDatabase()});
}

SettingSection *SettingsPage::makeGeoDatabase()
{
    auto *section = new SettingSection(tr("Countries of addresses"), m_forms);
    m_geoRow = new SettingRow(QStringLiteral("geoDatabase"), tr("GeoIP database"), section);
    m_geo = new GeoDatabaseField(m_geoRow);
    m_geo->setObjectName(QStringLiteral("geoDatabase"));
    m_geoRow->setField(m_geo);
    m_geoRow->setExplanation(tr("Tells the country of events that name none (standard preset)."));
    section->addRow(m_geoRow);
    connect(m_geo, &GeoDatabaseField::valueChanged, m_edit, &SettingsEdit::setGeoDatabase);
    connect(m_geo, &GeoDatabaseField::checked, m_edit, &SettingsEdit::setGeoDatabaseChecked);
    return section;
}

} // namespace bartizan
