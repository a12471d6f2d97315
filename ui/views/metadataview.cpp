// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/metadataview.h"

#include "core/query/filterwords.h"
#include "ui/models/alertrecords.h"
#include "ui/models/jsontreemodel.h"
#include "ui/theme/consolestyle.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/filteractions.h"
#include "ui/views/labels.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/rowpainting.h"
#include "ui/widgets/sectionheading.h"

#include <QClipboard>
#include <QFutureWatcher>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QPromise>
#include <QStyledItemDelegate>
#include <QThreadPool>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

/// Above this, taking the text apart would be felt.
constexpr std::size_t kParsedAtOnce = 64 * 1024;
constexpr int kMostRows = 14;
constexpr int kRow = 22;

/// Keys muted, values in text, no fill but the selection's.
class MetadataDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, theme.selection);
        painter->setPen(index.column() == JsonTreeModel::KeyColumn ? theme.muted : theme.text);
        painter->setFont(option.font);
        const QRect where = option.rect.adjusted(2, 0, -2, 0);
        const QString text = index.data().toString();
        painter->drawText(where, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                          option.fontMetrics.elidedText(text, Qt::ElideRight, where.width()));
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {option.fontMetrics.horizontalAdvance(index.data().toString()) + 4, kRow};
    }
};

} // namespace

MetadataView::MetadataView(std::optional<FilterSubject> subject, QWidget *parent)
    : QWidget(parent)
    , m_subject(subject)
    , m_model(new JsonTreeModel(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(measure::kGrid);
    m_heading = new SectionHeading(tr("Metadata"), this);
    auto *copy = new LinkButton(tr("Copy"), this);
    copy->setAccessibleName(tr("Copy the metadata as JSON"));
    m_heading->addTool(copy);
    m_note = mutedLabel({}, this);
    m_note->setWordWrap(true);
    m_tree = new QTreeView(this);
    rowpainting::setUpTree(m_tree);
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new MetadataDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setIndentation(16);
    m_tree->setAccessibleName(tr("Metadata"));
    m_tree->setProperty(styleproperty::kRingInside, true);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    column->addWidget(m_heading);
    column->addWidget(m_note);
    column->addWidget(m_tree);
    connect(copy, &QAbstractButton::clicked, this, &MetadataView::copyAll);
    connect(m_tree, &QTreeView::expanded, this, &MetadataView::fitHeight);
    connect(m_tree, &QTreeView::collapsed, this, &MetadataView::fitHeight);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &MetadataView::fitHeight);
    connect(m_tree, &QWidget::customContextMenuRequested, this, &MetadataView::openMenu);
    hide();
}

void MetadataView::setMetadata(const std::string &text)
{
    if (text == m_text && m_generation > 0)
        return;
    m_text = text;
    const quint64 generation = ++m_generation;
    setVisible(!text.empty() && text != "{}");
    m_heading->setNote(text.size() > kParsedAtOnce ? tr("%1 bytes").arg(format::count(static_cast<qint64>(text.size())))
                                                   : QString());
    if (text.size() <= kParsedAtOnce) {
        showParsed(parseJson(text));
        return;
    }
    m_tree->hide();
    m_note->setText(tr("Taking it apart…"));
    m_note->show();
    auto promise = std::make_shared<QPromise<ParsedJson>>();
    // A watcher may go while the work is under way; a continuation whose context has gone may not.
    auto *watcher = new QFutureWatcher<ParsedJson>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, generation] {
        watcher->deleteLater();
        if (generation == m_generation)
            showParsed(watcher->result());
    });
    watcher->setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, text] {
        promise->start();
        promise->addResult(parseJson(text));
        promise->finish();
    });
}

void MetadataView::showParsed(const ParsedJson &parsed)
{
    m_model->setValue(parsed.value);
    m_tree->setVisible(parsed.error.isEmpty());
    m_note->setText(parsed.error.isEmpty() ? QString() : tr("Not shown as a tree, %1").arg(parsed.error));
    m_note->setVisible(!parsed.error.isEmpty());
    m_tree->resizeColumnToContents(JsonTreeModel::KeyColumn);
    m_tree->setColumnWidth(JsonTreeModel::KeyColumn, qBound(88, m_tree->columnWidth(JsonTreeModel::KeyColumn) + 8, 150));
    fitHeight();
}

QString MetadataView::note() const
{
    return m_note->text();
}

/// As high as its rows, up to a limit above which it scrolls.
void MetadataView::fitHeight()
{
    int rows = 0;
    QModelIndex index = m_model->index(0, 0);
    while (index.isValid() && rows < kMostRows) {
        ++rows;
        index = m_tree->indexBelow(index);
    }
    m_tree->setFixedHeight(rows * kRow + 2);
}

/// There is no field for what stands in metadata: it is looked for as a text, as it is written there. Nothing is offered
/// that the search would not find.
void MetadataView::addFiltersTo(QMenu *menu, const QModelIndex &index)
{
    const QString json = m_model->jsonAt(index);
    if (!m_subject || json.isEmpty() || json.front() == QLatin1Char('{') || json.front() == QLatin1Char('['))
        return;
    const bool isText = json.front() == QLatin1Char('"');
    const QString key = index.siblingAtColumn(JsonTreeModel::KeyColumn).data().toString();
    const QString value = m_model->textAt(index);
    const QString searched = *m_subject == FilterSubject::Alerts ? format::text(searchedMetadata(m_text)) : format::text(m_text);
    // A number by itself would stand in much else.
    const QStringList spellings = isText ? QStringList{value, json.mid(1, json.size() - 2)}
                                         : QStringList{QStringLiteral("\"%1\":%2").arg(key, json),
                                                       QStringLiteral("\"%1\": %2").arg(key, json), value};
    const auto written = std::find_if(spellings.begin(), spellings.end(), [&searched](const QString &spelling) {
        return !spelling.isEmpty() && searched.contains(spelling, Qt::CaseInsensitive);
    });
    const auto term = written == spellings.end() ? std::nullopt : offeredTerm(FilterField::Text, *m_subject, *written);
    if (!term)
        return;
    menu->addSeparator();
    filteractions::addTo(menu, *term, *m_subject, [this](const FilterTerm &chosen) { Q_EMIT narrowed(chosen); });
}

void MetadataView::openMenu(const QPoint &position)
{
    QModelIndex index = m_tree->indexAt(position);
    if (!index.isValid())
        index = m_tree->currentIndex(); // By keyboard, with the current value scrolled out of sight.
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto copy = [](const QString &text) { QGuiApplication::clipboard()->setText(text); };
    const QString value = m_model->textAt(index);
    const QString json = m_model->jsonAt(index);
    connect(menu->addAction(tr("Copy value")), &QAction::triggered, this, [copy, value] { copy(value); });
    connect(menu->addAction(tr("Copy value as JSON")), &QAction::triggered, this, [copy, json] { copy(json); });
    connect(menu->addAction(tr("Copy all")), &QAction::triggered, this, &MetadataView::copyAll);
    addFiltersTo(menu, index);
    menu->popup(m_tree->viewport()->mapToGlobal(position));
}

void MetadataView::copyAll() const
{
    QGuiApplication::clipboard()->setText(QString::fromUtf8(m_text.data(), static_cast<qsizetype>(m_text.size())));
}

} // namespace bartizan
