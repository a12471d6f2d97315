// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tabledialog.h"

#include "core/domain/spreadsheettext.h"
#include "ui/theme/format.h"
#include "ui/theme/shorttext.h"
#include "ui/widgets/rowpainting.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPushButton>
#include <QShortcut>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

namespace bartizan {

namespace {

QString shown(const QVariant &value)
{
    if (value.userType() == QMetaType::LongLong || value.userType() == QMetaType::Int)
        return format::count(value.toLongLong());
    if (value.userType() == QMetaType::Double)
        return format::score(value.toDouble());
    return format::shortText(value.toString());
}

/// A cell as it is copied: what the table cuts stays whole.
QString whole(const QModelIndex &cell)
{
    const QVariant value = cell.data(Qt::UserRole);
    return value.userType() == QMetaType::QString ? format::singleLine(value.toString()) : cell.data().toString();
}

bool isNumber(const QVariant &value)
{
    const int type = value.userType();
    return type == QMetaType::LongLong || type == QMetaType::Int || type == QMetaType::Double;
}

} // namespace

TableDialog::TableDialog(const QString &title, QAbstractItemModel *model, QWidget *parent)
    : QDialog(parent), m_view(new QTableView(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    model->setParent(this);
    auto *sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(model);
    sorted->setSortRole(Qt::UserRole);
    rowpainting::setUpTable(m_view);
    m_view->setModel(sorted);
    m_view->setSortingEnabled(true);
    sorted->sort(-1);
    m_view->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setTabKeyNavigation(false);
    m_view->setAccessibleName(title);

    auto *buttons = new QDialogButtonBox(this);
    QPushButton *copyButton = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    QPushButton *closeButton = buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    copyButton->setAutoDefault(false);
    closeButton->setAutoDefault(false);
    copyButton->setToolTip(tr("Copies the selected rows, or all of them"));
    connect(copyButton, &QPushButton::clicked, this, &TableDialog::copy);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *copyKey = new QShortcut(QKeySequence::Copy, m_view);
    copyKey->setContext(Qt::WidgetShortcut);
    connect(copyKey, &QShortcut::activated, this, &TableDialog::copy);

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_view, 1);
    layout->addWidget(buttons);
    resize(480, 480);
}

QString TableDialog::copyText() const
{
    const QAbstractItemModel *model = m_view->model();
    const QItemSelectionModel *selection = m_view->selectionModel();
    const bool all = !selection->hasSelection();
    const auto line = [model](auto &&cell) {
        QStringList cells;
        for (int column = 0; column < model->columnCount(); ++column)
            cells.append(cell(column));
        return clipboardLine(cells);
    };
    QStringList lines{line([model](int column) {
        return model->headerData(column, Qt::Horizontal).toString();
    })};
    for (int row = 0; row < model->rowCount(); ++row) {
        if (all || selection->isRowSelected(row))
            lines.append(line([model, row](int column) { return whole(model->index(row, column)); }));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

void TableDialog::copy() const
{
    QGuiApplication::clipboard()->setText(copyText());
}

TableDialog *TableDialog::open(const QString &title, const QStringList &header,
                               const std::vector<std::vector<QVariant>> &rows, QWidget *parent)
{
    auto *model = new QStandardItemModel(static_cast<int>(rows.size()), static_cast<int>(header.size()));
    model->setHorizontalHeaderLabels(header);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t column = 0; column < rows[row].size(); ++column) {
            const QVariant &value = rows[row][column];
            auto *item = new QStandardItem(shown(value));
            item->setData(value, Qt::UserRole);
            if (isNumber(value))
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            model->setItem(static_cast<int>(row), static_cast<int>(column), item);
        }
    }
    auto *dialog = new TableDialog(title, model, parent);
    dialog->show();
    return dialog;
}

} // namespace bartizan
