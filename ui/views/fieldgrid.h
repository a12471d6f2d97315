// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <functional>
#include <vector>

class QGridLayout;

namespace bartizan {

/// Names and values of a details pane, one a line: the name muted at the left, the value as plain text or as a link.
/// A field without a value is left out. Thread: GUI.
class FieldGrid : public QWidget {
    Q_OBJECT
public:
    explicit FieldGrid(QWidget *parent = nullptr);

    void clear();
    /// `value` is shown whole in the tool tip and copied whole; nothing is added when it is empty.
    void addText(const QString &name, const QString &value, bool fixedFont = false);
    /// A value that can be pressed; `note` stands behind it, muted.
    void addLink(const QString &name, const QString &value, const QString &accessibleName,
                 std::function<void()> pressed, const QString &note = {});
    int count() const { return m_rows; }
    struct Field {
        QString name;
        QString value;
    };
    /// What is shown, for copying.
    const std::vector<Field> &fields() const { return m_fields; }

private:
    void addName(const QString &name);

    QGridLayout *m_grid;
    int m_rows = 0;
    std::vector<Field> m_fields;
};

} // namespace bartizan
