// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QVBoxLayout;

namespace bartizan {

class FieldError;

/// One setting: label, field, unit and hint in a line of 34, below it the explanation or, in its place, the error, so
/// that nothing moves when one appears. Thread: GUI.
class SettingRow : public QWidget {
    Q_OBJECT
public:
    /// `key` is the stored name; it can be searched for as well as the label.
    SettingRow(const QString &key, const QString &label, QWidget *parent);

    /// Puts the field behind the label and makes it the label's buddy.
    void setField(QWidget *field, const QString &unit = {});
    QWidget *field() const { return m_field; }
    QString key() const { return m_key; }
    void setHint(const QString &hint);
    void setExplanation(const QString &explanation);
    /// The field shows what is stored, and cannot be changed here: `why` is said below it and, to screen readers, of the
    /// field and its boxes. A hint of what could be entered is not shown.
    void setUnavailable(const QString &why);
    /// Empty: the field is right.
    void setError(const QString &error);
    QString error() const;
    /// Whether the row speaks of `text`; an empty text matches every row.
    bool matches(const QString &text) const;

private:
    void describeField();

    QString m_key;
    QString m_unavailable; ///< Why it cannot be changed here; empty where it can.
    QLabel *m_label;
    QHBoxLayout *m_line;
    QWidget *m_field = nullptr;
    QLabel *m_unit;
    QLabel *m_hint;
    QStackedWidget *m_below;
    QLabel *m_explanation;
    FieldError *m_error;
};

/// A titled group of settings; hides itself where none of its rows is wanted.
class SettingSection : public QWidget {
    Q_OBJECT
public:
    SettingSection(const QString &title, QWidget *parent);

    SettingRow *addRow(SettingRow *row);
    /// Something that is no setting, shown only while nothing is searched for.
    void addNote(QWidget *note);
    /// Shows the rows that match; returns how many do. A match of the title shows all.
    int filter(const QString &text);
    const std::vector<SettingRow *> &rows() const { return m_rows; }

private:
    QString m_title;
    QVBoxLayout *m_column;
    std::vector<SettingRow *> m_rows;
    std::vector<QWidget *> m_notes;
};

} // namespace bartizan
