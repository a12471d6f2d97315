// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/fieldgrid.h"

#include "ui/models/displaytext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"
#include "ui/views/filteractions.h"
#include "ui/views/labels.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/plaintooltip.h"

#include <QAction>
#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLayoutItem>
#include <QMenu>

namespace bartizan {
namespace {

constexpr int kNameWidth = 84;

} // namespace

FieldGrid::FieldGrid(std::optional<FilterSubject> subject, QWidget *parent)
    : QWidget(parent)
    , m_subject(subject)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(measure::kControlGap - LinkButton::kInset);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnMinimumWidth(0, kNameWidth);
    m_grid->setColumnStretch(1, 1);
}

void FieldGrid::clear()
{
    const auto drop = [](QLayoutItem *item) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater(); // It may be the link that is being pressed.
        }
    };
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        if (QLayout *row = item->layout()) {
            while (QLayoutItem *inner = row->takeAt(0)) {
                drop(inner);
                delete inner;
            }
        }
        drop(item);
        delete item;
    }
    m_rows = 0;
    m_last = nullptr;
    m_fields.clear();
    m_beside.clear();
}

void FieldGrid::addName(const QString &name)
{
    m_grid->addWidget(mutedLabel(name, this), m_rows, 0);
}

void FieldGrid::addText(const QString &name, const QString &value, bool fixedFont)
{
    if (value.isEmpty())
        return;
    addName(name);
    m_fields.push_back({name, value, std::nullopt});
    auto *label = new ElidedLabel(value, this);
    if (fixedFont)
        label->setFont(fonts::fixed());
    auto *row = new QHBoxLayout;
    row->setContentsMargins(LinkButton::kInset, 0, 0, 0); // In line with the texts of links.
    row->addWidget(label);
    m_last = label;
    m_grid->addLayout(row, m_rows++, 1);
}

void FieldGrid::addStored(const QString &name, FilterField field, const std::optional<std::string> &stored, bool fixedFont)
{
    if (!stored || stored->empty())
        return;
    addText(name, displayText(*stored), fixedFont);
    offer(field, *stored);
}

void FieldGrid::addLink(const QString &name, const QString &value, const QString &accessibleName,
                        std::function<void()> pressed, const QString &note)
{
    if (value.isEmpty())
        return;
    addName(name);
    m_fields.push_back({name, value, std::nullopt});
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    auto *link = new LinkButton(value, this);
    link->setAccessibleName(accessibleName);
    // A long one gives way, or it would push the pane's right edge out of sight.
    link->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    link->setElideMode(Qt::ElideMiddle);
    setPlainToolTip(link, value);
    auto *copy = new QAction(tr("Copy"), link);
    connect(copy, &QAction::triggered, this, [value] { QGuiApplication::clipboard()->setText(value); });
    link->addAction(copy);
    link->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(link, &QAbstractButton::clicked, this, std::move(pressed));
    row->addWidget(link);
    m_last = link;
    auto *behind = new ElidedLabel(note, this);
    behind->setMuted(true);
    row->addWidget(behind, 1);
    m_grid->addLayout(row, m_rows++, 1);
}

void FieldGrid::offer(FilterField field, std::string_view stored)
{
    const auto term = m_subject ? filteractions::termFor(field, stored, *m_subject) : std::nullopt;
    if (!term || m_last == nullptr)
        return;
    m_fields.back().term = term;
    filteractions::addTo(m_last, *term, *m_subject, [this](const FilterTerm &chosen) { Q_EMIT narrowed(chosen); });
}

void FieldGrid::offerOn(QWidget *label, FilterField field, std::string_view stored)
{
    qDeleteAll(label->actions());
    const auto term = m_subject ? filteractions::termFor(field, stored, *m_subject) : std::nullopt;
    if (!term)
        return;
    m_beside.push_back(*term);
    filteractions::addTo(label, *term, *m_subject, [this](const FilterTerm &chosen) { Q_EMIT narrowed(chosen); });
}

void FieldGrid::addFiltersTo(QMenu *menu)
{
    QMenu *filters = menu->addMenu(tr("Filter by field"));
    for (const FilterTerm &term : m_beside)
        filteractions::addTo(filters, term, *m_subject, [this](const FilterTerm &chosen) { Q_EMIT narrowed(chosen); });
    for (const Field &field : m_fields) {
        if (field.term)
            filteractions::addTo(filters, *field.term, *m_subject, [this](const FilterTerm &chosen) { Q_EMIT narrowed(chosen); });
    }
    filters->setEnabled(!filters->isEmpty());
}

} // namespace bartizan
