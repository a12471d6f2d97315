// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/nearmissmodel.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

class QTableView;

namespace bartizan {

class ConsoleContext;
class ElidedLabel;
class SegmentedControl;

/// "Closest to firing": the groups nearest to a threshold, live from the engine's own state while somebody looks, counting
/// down. An address leads to its look-up, a user to their events. Thread: GUI.
class NearMissPane : public QWidget {
    Q_OBJECT
public:
    explicit NearMissPane(ConsoleContext *context, QWidget *parent = nullptr);

    void setRule(RuleId rule);
    const NearMissModel &model() const { return m_model; }
    QTableView *table() const { return m_table; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void watch(bool on);
    void showScope();
    void fitColumns();
    void showState();
    void open(const QModelIndex &index);

    ConsoleContext *m_context;
    NearMissModel m_model;
    QTimer m_countDown;
    RuleId m_rule = RuleId::BruteForce;
    SegmentedControl *m_scope = nullptr;
    QTableView *m_table = nullptr;
    ElidedLabel *m_empty = nullptr;
    QHash<int, int> m_sized;  ///< Columns that a person has sized, and how wide: they stay so.
    QHash<int, int> m_fitted; ///< How wide the pane made columns last.
    bool m_fitting = false;   ///< It is making them so.
    int m_widestCount = 0;    ///< What they were fitted to.
};

} // namespace bartizan
