// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/settingsedit.h"

#include <QHash>
#include <QJsonArray>
#include <QLocale>
#include <QStringList>
#include <QTimeZone>

#include <algorithm>

namespace bartizan {
namespace {

QString qs(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString channelList(const std::vector<AlertChannel> &channels)
{
    QStringList names;
    for (const AlertChannel channel : channels)
        names << channelName(channel);
    return names.isEmpty() ? SettingsEdit::tr("none") : names.join(QStringLiteral(", "));
}

QString geoDatabaseWords(const std::string &value)
{
    return value == kGeoBundled     ? SettingsEdit::tr("the bundled one")
        : value == kGeoOff          ? SettingsEdit::tr("off")
        : value.empty()             ? SettingsEdit::tr("none")
                                    : qs(value);
}

QString amount(int value, const QString &unit)
{
    return QLocale().toString(value) + QLatin1Char(' ') + unit;
}

/// Lays what `base` became in `stored` under an edit: an edited value stays. Returns whether both changed.
template<typename T>
bool rebaseValue(T &draft, const T &base, const T &stored)
{
    if (draft == base) {
        draft = stored;
        return false;
    }
    return base != stored && draft != stored;
}

} // namespace

QString channelName(AlertChannel channel)
{
    switch (channel) {
    case AlertChannel::Email:
        return SettingsEdit::tr("E-mail");
    case AlertChannel::Webhook:
        return SettingsEdit::tr("Webhook");
    case AlertChannel::Slack:
        return SettingsEdit::tr("Slack");
    case AlertChannel::Discord:
        return SettingsEdit::tr("Discord");
    case AlertChannel::PagerDuty:
        return SettingsEdit::tr("PagerDuty");
    }
    return qs(toString(channel));
}

SettingText settingText(const ConfigField &field)
{
    static const QHash<QString, SettingText> kTexts{
        {QStringLiteral("thresholds.failedLoginsPerMinute"),
         {SettingsEdit::tr("Failed sign-ins from one address"), SettingsEdit::tr("sign-ins"), SettingsEdit::tr("Raise “Brute force”.")}},
        {QStringLiteral("thresholds.failedLoginsPerHour"),
         {SettingsEdit::tr("Failed sign-ins to one account"), SettingsEdit::tr("sign-ins"), SettingsEdit::tr("Raise “Multiple failed logins”.")}},
        {QStringLiteral("thresholds.rateLimitViolationsPerMinute"),
         {SettingsEdit::tr("Rate-limited requests from one address"), SettingsEdit::tr("requests"), SettingsEdit::tr("Raise “Rate limit”.")}},
        {QStringLiteral("thresholds.cspViolationsPerMinute"),
         {SettingsEdit::tr("Content policy violations"), SettingsEdit::tr("violations"), SettingsEdit::tr("Raise “CSP violation spike”.")}},
        {QStringLiteral("thresholds.adminActionsPerHour"),
         {SettingsEdit::tr("Admin actions of one user"), SettingsEdit::tr("actions"), SettingsEdit::tr("Raise “Admin activity”.")}},
        {QStringLiteral("thresholds.massDataAccessThreshold"),
         {SettingsEdit::tr("Records that one user reads"), SettingsEdit::tr("records"), SettingsEdit::tr("Raise “Mass data access”.")}},
        {QStringLiteral("thresholds.suspiciousIPThreshold"),
         {SettingsEdit::tr("Suspicious events of one address"), SettingsEdit::tr("events"), SettingsEdit::tr("Raise “Suspicious address”.")}},
        {QStringLiteral("alerting.suppressDuplicateMinutes"),
         {SettingsEdit::tr("Drop duplicates for"), SettingsEdit::tr("minutes"), SettingsEdit::tr("Another hit of the same type and group is counted on the alert that stands.")}},
        {QStringLiteral("alerting.escalationTimeoutMinutes"),
         {SettingsEdit::tr("Escalate when unacknowledged for"), SettingsEdit::tr("minutes"), QString(),
          SettingsEdit::tr("Not in this version: people escalate. What is stored stays.")}},
        {QStringLiteral("retention.alertRetentionDays"),
         {SettingsEdit::tr("Keep alerts for"), SettingsEdit::tr("days"), SettingsEdit::tr("Older ones are deleted, once an hour.")}},
        {QStringLiteral("retention.metricsRetentionDays"),
         {SettingsEdit::tr("Keep metrics for"), SettingsEdit::tr("days"), QString(),
          SettingsEdit::tr("Metrics are computed from the log itself: nothing is deleted by this.")}},
    };
    const QString key = field.key();
    return kTexts.value(key, {key, QString(), QString()});
}

QString noDelivery()
{
    return SettingsEdit::tr("Not in this version: notices tell of alerts. What is stored stays.");
}

int SettingsEdit::rebase(const MonitoringSettings &stored)
{
    int conflicts = 0;
    for (const ConfigField &field : configFields()) {
        if (rebaseValue(field.in(m_draft.config), field.in(m_stored.config), field.get(stored.config)))
            ++conflicts;
    }
    conflicts += rebaseValue(m_draft.config.alerting.enabled, m_stored.config.alerting.enabled,
                             stored.config.alerting.enabled);
    conflicts += rebaseValue(m_draft.config.alerting.channels, m_stored.config.alerting.channels,
                             stored.config.alerting.channels);
    conflicts += rebaseValue(m_draft.timeZone, m_stored.timeZone, stored.timeZone);
    conflicts += rebaseValue(m_draft.geoDatabase, m_stored.geoDatabase, stored.geoDatabase);
    m_stored = stored;
    m_draft.version = stored.version;
    Q_EMIT changed();
    return conflicts;
}

void SettingsEdit::discard()
{
    m_draft = m_stored;
    Q_EMIT changed();
}

void SettingsEdit::restoreDefaults()
{
    const MonitoringConfig defaults = MonitoringConfig::defaults();
    for (const ConfigField &field : configFields()) {
        if (settingText(field).unavailable.isEmpty()) // Else nobody could put it back here.
            field.in(m_draft.config) = field.get(defaults);
    }
    m_draft.timeZone = MonitoringSettings().timeZone;
    m_draft.geoDatabase = MonitoringSettings().geoDatabase;
    Q_EMIT changed();
}

void SettingsEdit::setNumber(const ConfigField &field, int value)
{
    int &number = field.in(m_draft.config);
    if (number == value)
        return;
    number = value;
    Q_EMIT changed();
}

void SettingsEdit::setTimeZone(const QString &ianaName)
{
    std::string name = ianaName.trimmed().toStdString();
    if (m_draft.timeZone == name)
        return;
    m_draft.timeZone = std::move(name);
    Q_EMIT changed();
}

void SettingsEdit::setGeoDatabase(const QString &value)
{
    std::string text = value.toStdString();
    if (m_draft.geoDatabase == text)
        return;
    m_draft.geoDatabase = std::move(text);
    Q_EMIT changed();
}

void SettingsEdit::setGeoDatabaseChecked(const QString &value, const QString &error)
{
    if (value != qs(m_draft.geoDatabase))
        return;
    m_geoChecked = value;
    m_geoError = error;
    Q_EMIT changed();
}

bool SettingsEdit::isValid(const ConfigField &field) const
{
    const int value = field.get(m_draft.config);
    return value >= field.minimum && value <= field.maximum;
}

bool SettingsEdit::isTimeZoneValid() const
{
    return QTimeZone::isTimeZoneIdAvailable(QByteArray::fromStdString(m_draft.timeZone));
}

bool SettingsEdit::isGeoDatabaseValid() const
{
    // What is stored may be a file of the machine that the engine runs on.
    return m_draft.geoDatabase == m_stored.geoDatabase || m_draft.geoDatabase == kGeoBundled
        || m_draft.geoDatabase == kGeoOff
        || (!m_draft.geoDatabase.empty() && m_geoChecked == qs(m_draft.geoDatabase) && m_geoError.isEmpty());
}

QString SettingsEdit::geoDatabaseError() const
{
    if (isGeoDatabaseValid())
        return {};
    if (m_draft.geoDatabase.empty())
        return tr("Enter the path of a file, or choose another kind.");
    return m_geoChecked == qs(m_draft.geoDatabase) ? m_geoError : QString();
}

std::vector<SettingsChange> SettingsEdit::changes() const
{
    std::vector<SettingsChange> result;
    const MonitoringConfig::Alerting &before = m_stored.config.alerting;
    const MonitoringConfig::Alerting &after = m_draft.config.alerting;
    const auto onOff = [](bool on) { return on ? tr("on") : tr("off"); };
    if (before.enabled != after.enabled) {
        result.push_back({QStringLiteral("alerting.enabled"), tr("Raise notifications"), onOff(before.enabled),
                          onOff(after.enabled), true});
    }
    if (before.channels != after.channels) {
        result.push_back({QStringLiteral("alerting.channels"), tr("Channels to tell"), channelList(before.channels),
                          channelList(after.channels), true});
    }
    for (const ConfigField &field : configFields()) {
        const int old = field.get(m_stored.config);
        const int now = field.get(m_draft.config);
        if (old == now)
            continue;
        const SettingText text = settingText(field);
        result.push_back({field.key(), text.label, QLocale().toString(old), amount(now, text.unit), isValid(field)});
    }
    if (m_stored.timeZone != m_draft.timeZone) {
        result.push_back({QStringLiteral("timeZone"), tr("Monitoring time zone"), qs(m_stored.timeZone),
                          m_draft.timeZone.empty() ? tr("none") : qs(m_draft.timeZone), isTimeZoneValid()});
    }
    if (m_stored.geoDatabase != m_draft.geoDatabase) {
        result.push_back({QStringLiteral("geoDatabase"), tr("GeoIP database"), geoDatabaseWords(m_stored.geoDatabase),
                          geoDatabaseWords(m_draft.geoDatabase), isGeoDatabaseValid()});
    }
    return result;
}

int SettingsEdit::invalidCount() const
{
    const std::vector<SettingsChange> all = changes();
    return static_cast<int>(std::count_if(all.begin(), all.end(), [](const SettingsChange &c) { return !c.valid; }));
}

QJsonObject SettingsEdit::update() const
{
    QJsonObject result;
    const auto put = [&result](std::string_view section, std::string_view name, const QJsonValue &value) {
        QJsonObject object = result.value(qs(section)).toObject();
        object.insert(qs(name), value);
        result.insert(qs(section), object);
    };
    for (const ConfigField &field : configFields()) {
        if (field.get(m_draft.config) != field.get(m_stored.config))
            put(field.section, field.name, field.get(m_draft.config));
    }
    const MonitoringConfig::Alerting &alerting = m_draft.config.alerting;
    if (alerting.enabled != m_stored.config.alerting.enabled)
        put("alerting", "enabled", alerting.enabled);
    if (alerting.channels != m_stored.config.alerting.channels) {
        QJsonArray names;
        for (const AlertChannel channel : alerting.channels)
            names.append(qs(toString(channel)));
        put("alerting", "channels", names);
    }
    return result;
}

QString SettingsEdit::changedTimeZone() const
{
    return m_draft.timeZone == m_stored.timeZone ? QString() : qs(m_draft.timeZone);
}

QString SettingsEdit::changedGeoDatabase() const
{
    return m_draft.geoDatabase == m_stored.geoDatabase ? QString() : qs(m_draft.geoDatabase);
}

} // namespace bartizan
