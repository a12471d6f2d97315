// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/rulecatalog.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QSpinBox;
class QVBoxLayout;

namespace bartizan {

class ElidedLabel;
class FieldError;
class InlineMessage;
class LinkButton;
class RulesEdit;
class SeverityBadge;

/// The editor of one rule: what it finds, its numbers in a sentence with their ranges, what is saved, its ATT&CK
/// techniques. It edits a RulesEdit; saving is its owner's. Thread: GUI.
class RuleEditor : public QWidget {
    Q_OBJECT
public:
    explicit RuleEditor(RulesEdit *edit, QWidget *parent = nullptr);

    void setRule(RuleId rule);
    RuleId rule() const { return m_rule; }
    /// Nothing can be changed while the database is closed or read-only.
    void setWritable(bool writable);
    /// What a parameter that is out of range may be; empty when all are in it.
    QString error() const;
    /// Puts the keyboard into the first number, or the first that is wrong.
    void focusField();

private:
    struct Field {
        std::size_t parameter;
        QSpinBox *box;
        QComboBox *unit; ///< Of a time; null for anything else.
    };

    void build();
    void buildFields();
    QWidget *makeField(std::size_t parameter, QWidget *parent);
    void buildTechniques();
    void showRule();
    void showField(const Field &field);
    void showSaved();
    QString rangeOf(std::size_t parameter) const;
    int shownValue(std::size_t parameter) const;
    bool isFixed(std::size_t parameter) const;

    RulesEdit *m_edit;
    RuleId m_rule = RuleId::BruteForce;
    bool m_writable = false;
    std::vector<Field> m_fields;
    SeverityBadge *m_badge = nullptr;
    QLabel *m_byScore = nullptr;
    ElidedLabel *m_name = nullptr;
    QLabel *m_edited = nullptr;
    QCheckBox *m_on = nullptr;
    QLabel *m_explanation = nullptr;
    QWidget *m_form = nullptr;
    FieldError *m_error = nullptr;
    QLabel *m_saved = nullptr;
    LinkButton *m_standard = nullptr;
    QWidget *m_techniques = nullptr;
    InlineMessage *m_reference = nullptr;
    QVBoxLayout *m_formRoom = nullptr;
    QHBoxLayout *m_techniqueRow = nullptr;
};

} // namespace bartizan
