// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"

#include <QWidget>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

class QGridLayout;
class QMenu;

namespace bartizan {

/// Names and values of a details pane, one a line: the name muted at the left, the value as plain text or as a link.
/// A field without a value is left out. Thread: GUI.
class FieldGrid : public QWidget {
    Q_OBJECT
public:
    /// `subject`: whose details they are, in which its values are offered as filters; nullopt: nothing is offered.
    explicit FieldGrid(std::optional<FilterSubject> subject = {}, QWidget *parent = nullptr);

    void clear();
    /// `value` is shown whole in the tool tip and copied whole; nothing is added when it is empty.
    void addText(const QString &name, const QString &value, bool fixedFont = false);
    /// A field as it is stored, and what offer() does with it; nothing where it has no value.
    void addStored(const QString &name, FilterField field, const std::optional<std::string> &stored, bool fixedFont = false);
    /// A value that can be pressed; `note` stands behind it, muted.
    void addLink(const QString &name, const QString &value, const QString &accessibleName,
                 std::function<void()> pressed, const QString &note = {});
    /// Offers in its menu to narrow the list to the value that was added last, or to the others: `stored` is that value
    /// as it is stored. Nothing when there is none.
    void offer(FilterField field, std::string_view stored);
    /// The same in the menu of a label outside of the grid, in place of what was offered there before; until clear().
    void offerOn(QWidget *label, FilterField field, std::string_view stored);
    /// The same of all that are offered, for menus of the keyboard.
    void addFiltersTo(QMenu *menu);
    int count() const { return m_rows; }
    struct Field {
        QString name;
        QString value;
        std::optional<FilterTerm> term; ///< What filters by it.
    };
    /// What is shown, for copying.
    const std::vector<Field> &fields() const { return m_fields; }

Q_SIGNALS:
    /// "Only" or "Not" was chosen.
    void narrowed(const bartizan::FilterTerm &term);

private:
    void addName(const QString &name);

    std::optional<FilterSubject> m_subject;
    QGridLayout *m_grid;
    QWidget *m_last = nullptr; ///< The value that was added last.
    int m_rows = 0;
    std::vector<Field> m_fields;
    std::vector<FilterTerm> m_beside; ///< What is offered outside of the grid.
};

} // namespace bartizan
