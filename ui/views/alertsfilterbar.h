// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filtercompletion.h"
#include "ui/models/alertmodel.h"

#include <QTimer>
#include <QWidget>

class QAbstractButton;
class QHBoxLayout;
class QSettings;
class QVBoxLayout;

namespace bartizan {

class Chip;
class FieldError;
class FilterEdit;
class Pill;
class SeverityChip;
class ToggleChip;

/// The filter line above the queue, in two forms that always say the same: chips (severities as toggles with their
/// counts, acknowledged ones shown or hidden, every other term as a chip), and the filter's text, which "+ Filter" or
/// the key / opens. What is typed is applied as soon as it is right; Enter keeps it, Escape takes it back. At the right
/// the pill that tells of waiting alerts. Thread: GUI.
class AlertsFilterBar : public QWidget {
    Q_OBJECT
public:
    explicit AlertsFilterBar(QWidget *parent = nullptr);

    const Filter &filter() const { return m_filter; }
    /// Sets the filter, and tells.
    void setFilter(const Filter &filter);
    /// What the top bar's search says: it takes the place of the free words; terms in it are added.
    void setText(const QString &text);
    /// What the chips and the pill count.
    void setCounts(const AlertModel::Counts &counts);
    /// Opens the filter's text.
    void beginEdit();
    FilterEdit *edit() const { return m_edit; }
    void save(QSettings &settings) const;
    void restore(const QSettings &settings);

Q_SIGNALS:
    void filterChanged(const bartizan::Filter &filter);
    void waitingRequested();
    /// The filter's text was left, by Enter (`kept`) or Escape.
    void editEnded(bool kept);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildSeverities(QHBoxLayout *row);
    void buildEdit();
    void apply(const Filter &filter);
    void showFilter();
    void showChips();
    /// Chips that do not fit go to further lines.
    void placeChips();
    void endEdit(bool keep);

    Filter m_filter;
    Filter m_before; ///< Before the text was opened.
    std::array<SeverityChip *, 4> m_severities{};
    ToggleChip *m_acknowledged;
    std::vector<Chip *> m_chips;
    QAbstractButton *m_add;
    FilterEdit *m_edit;
    FieldError *m_reason;
    Pill *m_pill;
    QVBoxLayout *m_lines;
    QHBoxLayout *m_firstLine;
    std::vector<QHBoxLayout *> m_moreLines;
    QTimer m_typing;
    bool m_editing = false;
    int m_chipPlace = 0; ///< Where in the first line the chips stand.
};

} // namespace bartizan
