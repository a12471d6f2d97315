// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/consolecontext.h"
#include "ui/views/page.h"

#include <vector>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QStackedWidget;

namespace bartizan {

class Appearance;
class ElidedLabel;
class GeoDatabaseField;
class InlineMessage;
class LinkButton;
class SettingRow;
class SettingSection;
class SettingsCategories;
class SettingsEdit;
class StatusGlyph;
class ZoneBox;

/// The settings of the open database (spec/monitoring.md section 2) with their ranges, and the looks of this computer.
/// Edits are gathered, shown as changes, and saved at once; another console's changes are taken in underneath.
/// Thread: GUI.
class SettingsPage : public Page {
    Q_OBJECT
public:
    SettingsPage(ConsoleContext *context, Appearance *appearance, QWidget *parent = nullptr);

    bool hasEdits() const override;
    void discardEdits() override { discard(); }
    /// Saves when all can be saved; what came of it is shown.
    void save();
    void discard();

    void activate() override;
    QWidget *initialFocus() override;
    void search(const QString &text) override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct NumberField {
        const ConfigField *field;
        QSpinBox *box;
        SettingRow *row;
    };
    struct Category {
        QString title;
        std::vector<SettingSection *> sections;
    };

    void build();
    QWidget *makeSaveBar();
    QWidget *makeChanges();
    void addCategory(const QString &title, const QString &icon, const std::vector<SettingSection *> &sections);
    void addAlerting();
    void addThresholds();
    void addRetention();
    void addTimeZone();
    void addAppearance();
    void addNotices();
    void addDatabase();
    SettingSection *makeGeoDatabase();
    SettingRow *addNumber(SettingSection *section, const QString &key);
    void connectSession();
    void onOpened();
    void showAccess();
    void onSettingsChanged(const MonitoringSettings &settings);
    void showDraft();
    void showChanges();
    void showSaveBar();
    void showDatabase();
    void showAppearance();
    void askRestoreDefaults();
    void goToFirstError();
    bool canWrite() const;

    ConsoleContext *m_context;
    Appearance *m_appearance;
    SettingsEdit *m_edit;
    SettingsCategories *m_categories = nullptr;
    QStackedWidget *m_forms = nullptr;
    std::vector<Category> m_all;
    std::vector<NumberField> m_numbers;
    std::vector<QCheckBox *> m_channels;
    QCheckBox *m_enabled = nullptr;
    ZoneBox *m_zone = nullptr;
    SettingRow *m_zoneRow = nullptr;
    GeoDatabaseField *m_geo = nullptr;
    SettingRow *m_geoRow = nullptr;
    QComboBox *m_theme = nullptr;
    QComboBox *m_rows = nullptr;
    ElidedLabel *m_path = nullptr;
    ElidedLabel *m_kind = nullptr;
    QLineEdit *m_find = nullptr;
    InlineMessage *m_message = nullptr;
    QWidget *m_messageRoom = nullptr;
    QWidget *m_changes = nullptr;
    StatusGlyph *m_saveGlyph = nullptr;
    ElidedLabel *m_saveText = nullptr;
    LinkButton *m_goTo = nullptr;
    QPushButton *m_restore = nullptr;
    QPushButton *m_discard = nullptr;
    QPushButton *m_save = nullptr;
    quint64 m_saving = 0; ///< The token of the command under way.
};

} // namespace bartizan
