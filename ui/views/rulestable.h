// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/rulecatalog.h"

#include <QTableView>

#include <set>

class QSettings;

namespace bartizan {

class RuleFilter;

/// The table of rules: a painted check box that a click and Space switch, badges, the current rule. Columns follow the
/// width by layout.md unless a person has touched them. Thread: GUI.
class RulesTable : public QTableView {
    Q_OBJECT
public:
    explicit RulesTable(RuleFilter *rules, QWidget *parent = nullptr);

    RuleId currentRule() const;
    /// Makes a rule the current one; false when the filter hides it.
    bool setCurrentRule(RuleId rule);
    void saveColumns(QSettings &settings) const;
    void restoreColumns(const QSettings &settings);
    void keyboardSearch(const QString &) override {}

Q_SIGNALS:
    void currentRuleChanged(bartizan::RuleId rule);
    /// Enter on a rule, or a double click: on to its editor.
    void editWanted();

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    void arrangeColumns();
    void toggle(const QModelIndex &index);
    int wantedWidth(int column) const;

    RuleFilter *m_rules;
    RuleId m_current = RuleId::BruteForce;
    std::set<int> m_touched; ///< Columns that a person has sized.
    bool m_arranging = false;
};

} // namespace bartizan
