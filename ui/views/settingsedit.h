// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/configstore.h"

#include <QJsonObject>
#include <QObject>
#include <QString>

#include <vector>

namespace bartizan {

/// One setting that differs from what is stored, in the words of the settings page.
struct SettingsChange {
    QString key;    ///< "alerting.escalationTimeoutMinutes", "timeZone", "geoDatabase"
    QString label;
    QString before;
    QString after;
    bool valid = true;
};

/// The settings being edited, over the ones that are stored. It knows which fields differ and which of them cannot be
/// saved, and keeps the edits when the stored settings change underneath. Thread: GUI.
class SettingsEdit : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Takes stored settings as the new base. A field that was edited keeps its edit; every other one follows.
    /// Returns how many edited fields somebody else had changed as well.
    int rebase(const MonitoringSettings &stored);
    /// Throws the edits away.
    void discard();
    /// Puts every field that can be changed here to its default; a change like any other until it is saved.
    void restoreDefaults();

    const MonitoringSettings &stored() const { return m_stored; }
    /// The edited settings; numbers may be out of range.
    const MonitoringSettings &draft() const { return m_draft; }

    void setNumber(const ConfigField &field, int value);
    void setTimeZone(const QString &ianaName);
    /// Not valid until setGeoDatabaseChecked() says so, where it is a file other than the stored one.
    void setGeoDatabase(const QString &value);
    /// What came of looking into the file that `value` names; ignored when another is named by now.
    void setGeoDatabaseChecked(const QString &value, const QString &error);

    bool isValid(const ConfigField &field) const;
    bool isTimeZoneValid() const;
    bool isGeoDatabaseValid() const;
    /// Why the file cannot be used; empty when it can, or when that is not known yet.
    QString geoDatabaseError() const;

    /// All that differs, in the order of the page.
    std::vector<SettingsChange> changes() const;
    /// How many of the changes cannot be saved.
    int invalidCount() const;
    /// The partial update that saves the edits; time zone and GeoIP database are separate.
    QJsonObject update() const;
    /// The edited time zone, empty when it is as stored.
    QString changedTimeZone() const;
    /// The edited GeoIP database, empty when it is as stored.
    QString changedGeoDatabase() const;

Q_SIGNALS:
    /// Anything changed: a field, or what is stored.
    void changed();

private:
    MonitoringSettings m_stored;
    MonitoringSettings m_draft;
    QString m_geoChecked; ///< The file that was looked into.
    QString m_geoError;   ///< What came of it.
};

/// The words of one number field: its label, the unit behind it, and what it does.
struct SettingText {
    QString label;
    QString unit;
    QString explanation;
    QString unavailable = {}; ///< Why it cannot be changed in the console; empty where it can.
};

/// Why channels, and whether they are told, cannot be changed in the console.
QString noDelivery();
/// The words for a field of configFields().
SettingText settingText(const ConfigField &field);
/// The name of a channel in words.
QString channelName(AlertChannel channel);

} // namespace bartizan
