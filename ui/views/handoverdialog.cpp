// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/handoverdialog.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/handovermemory.h"
#include "ui/views/handoverperiod.h"
#include "ui/views/handoverpdf.h"
#include "ui/views/handovertable.h"
#include "ui/views/labels.h"
#include "ui/views/rowdelegate.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/rowpainting.h"
#include "ui/widgets/sectionheading.h"

#include <QDate>
#include <QDir>
#include <QFileDialog>
#include <QGuiApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QStandardPaths>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace bartizan {
namespace {

using namespace std::chrono_literals;

constexpr auto kGather = 300ms; ///< Somebody who types a time changes it digit by digit.
constexpr int kSectionsWidth = 216;
constexpr int kCountWidth = 64;

} // namespace

HandoverDialog::HandoverDialog(ConsoleContext *context, QWidget *parent)
    : FramedDialog(tr("Shift handover"), parent), m_context(context), m_session(context->session()),
      m_database(m_session->isOpen() ? m_session->database().path : QString())
{
    resize(1080, 680);
    m_period = new HandoverPeriod(handovermemory::sinceLeft(m_database), context->displayZone(), this);
    body()->addWidget(m_period);
    body()->addWidget(new Hairline(Qt::Horizontal, this));
    buildSections();
    m_message = new InlineMessage(this);
    m_message->hide();
    body()->addWidget(m_message);
    buildButtons();
    m_soon.setSingleShot(true);
    m_soon.setInterval(kGather);
    connect(&m_soon, &QTimer::timeout, this, &HandoverDialog::load);
    connect(m_period, &HandoverPeriod::changed, this, [this] { m_soon.start(); });
    connect(context, &ConsoleContext::displayZoneChanged, this, [this] {
        m_period->setZone(m_context->displayZone());
        showDocument();
    });
    connect(context, &ConsoleContext::companyChanged, this, &HandoverDialog::load);
    connect(context, &ConsoleContext::refreshRequested, this, [this] {
        m_period->renew();
        load();
    });
    connectSession();
    load();
}

HandoverDialog::~HandoverDialog()
{
    if (QueryService *source = service(); m_loading && source != nullptr)
        source->cancelHandover();
}

void HandoverDialog::buildSections()
{
    m_list = new QStandardItemModel(0, 2, this);
    m_sections = new QTableView(this);
    rowpainting::setUpTable(m_sections);
    auto *delegate = new RowDelegate(m_sections);
    delegate->setRightAligned({1});
    delegate->setMuted({1});
    m_sections->setItemDelegate(delegate);
    m_sections->setModel(m_list);
    m_sections->setAccessibleName(tr("Sections"));
    m_sections->setSelectionMode(QAbstractItemView::SingleSelection);
    m_sections->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_sections->setTabKeyNavigation(false);
    m_sections->horizontalHeader()->hide();
    m_sections->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_sections->horizontalHeader()->setMinimumSectionSize(kCountWidth);
    m_sections->setFixedWidth(kSectionsWidth);
    connect(m_sections->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &index) { showSection(index.row()); });

    m_heading = new SectionHeading({}, this);
    m_more = smallLabel({}, this);
    m_table = new HandoverTable(this);
    connect(m_table, &HandoverTable::alertChosen, this, [this](const std::string &id) {
        AlertDrillDown wanted;
        wanted.alertId = id;
        m_context->showAlerts(wanted);
    });
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(measure::kPageMargin, 0, 0, 0);
    column->setSpacing(measure::kControlGap);
    column->addWidget(m_heading);
    m_nothing = plainLabel({}, this);
    m_nothing->setWordWrap(true);
    m_nothing->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    column->addWidget(m_nothing);
    column->addWidget(m_table, 1);
    column->addWidget(m_more);
    column->addStretch(0);
    auto *read = new QWidget(this);
    auto *row = new QHBoxLayout(read);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_sections);
    row->addWidget(new Hairline(Qt::Vertical, read));
    row->addWidget(page, 1);
    m_waiting = new EmptyState(this);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_waiting);
    m_stack->addWidget(read);
    body()->addWidget(m_stack, 1);
}

void HandoverDialog::buildButtons()
{
    addFooterNote(mutedLabel(tr("Enter or a double click on a line opens its alert"), this));
    m_savePdf = addButton(tr("Save as PDF…"));
    m_saveMarkdown = addButton(tr("Save as Markdown…"));
    m_copy = addButton(tr("Copy as Markdown"), true);
    m_copy->setAutoDefault(false); // Enter belongs to the table.
    m_copy->setDefault(false);
    QPushButton *close = addButton(tr("Close"));
    connect(m_savePdf, &QPushButton::clicked, this, [this] { browse(QStringLiteral("pdf")); });
    connect(m_saveMarkdown, &QPushButton::clicked, this, [this] { browse(QStringLiteral("md")); });
    connect(m_copy, &QPushButton::clicked, this, &HandoverDialog::copyMarkdown);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
}

void HandoverDialog::connectSession()
{
    connect(m_session, &Session::closed, this, &QDialog::close);
    connect(&m_writer, &DocumentWriter::written, this, [this](const QString &path) {
        updateButtons();
        noteHandedOver(m_writingUntil);
        m_message->setMessage(MessageKind::Ok, tr("Written to %1, readable by you alone.").arg(format::singleLine(path)));
    });
    connect(&m_writer, &DocumentWriter::failed, this, [this](const Error &error) {
        updateButtons();
        m_message->setMessage(MessageKind::Error, tr("Not written. %1").arg(format::singleLine(error.message)));
    });
}

/// Null while nothing is open.
QueryService *HandoverDialog::service() const
{
    return m_session ? m_session->queries() : nullptr;
}

void HandoverDialog::load()
{
    m_soon.stop();
    QueryService *source = service();
    if (source == nullptr || !m_period->isValid())
        return stop();
    m_loading = true;
    m_message->hide();
    m_tellsAll = m_period->tellsAllSinceLeft() && !m_context->company();
    source->handover({m_period->range(), m_context->company()}, this,
                     [this](const Result<Handover> &answer) { take(answer); });
    m_waiting->setText(QStringLiteral("clock-3"), tr("Reading what happened"), tr("This takes a moment in a large database."));
    m_waiting->clearButtons();
    connect(m_waiting->addButton(tr("Stop"), QStringLiteral("x")), &QPushButton::clicked, this, &HandoverDialog::stop);
    m_stack->setCurrentWidget(m_waiting);
    updateButtons();
}

/// Nothing is read, because somebody stopped it or because there is no such time.
void HandoverDialog::stop()
{
    if (QueryService *source = service(); m_loading && source != nullptr)
        source->cancelHandover();
    m_loading = false;
    m_handover.reset();
    m_document.reset();
    m_waiting->setText(QStringLiteral("clock-3"), tr("Nothing has been read for this time"),
                       m_period->isValid() ? tr("It was stopped.") : tr("The time ends before it begins."));
    m_waiting->clearButtons();
    if (m_period->isValid()) {
        connect(m_waiting->addButton(tr("Read it"), QStringLiteral("refresh-cw")), &QPushButton::clicked, this,
                &HandoverDialog::load);
    }
    m_stack->setCurrentWidget(m_waiting);
    updateButtons();
}

void HandoverDialog::take(const Result<Handover> &answer)
{
    m_loading = false;
    if (!answer) {
        stop();
        m_message->setMessage(MessageKind::Error, format::singleLine(answer.error().message));
        return;
    }
    m_handover = *answer;
    showDocument();
}

void HandoverDialog::showDocument()
{
    if (!m_handover)
        return;
    m_document = handoverDocument(*m_handover, m_context->displayZone());
    const int shown = std::max(0, m_sections->currentIndex().row());
    m_list->setRowCount(static_cast<int>(m_document->sections.size()));
    for (std::size_t i = 0; i < m_document->sections.size(); ++i) {
        const HandoverSection &section = m_document->sections[i];
        const QString count = format::count(section.total);
        auto *name = new QStandardItem(section.title);
        name->setData(tr("%1: %2").arg(section.title, count), Qt::AccessibleTextRole);
        m_list->setItem(static_cast<int>(i), 0, name);
        m_list->setItem(static_cast<int>(i), 1, new QStandardItem(count));
    }
    m_sections->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Fixed);
    m_sections->horizontalHeader()->resizeSection(1, kCountWidth);
    const bool hadFocus = m_waiting->isAncestorOf(focusWidget()) || focusWidget() == nullptr;
    m_stack->setCurrentIndex(1);
    m_sections->setCurrentIndex(m_list->index(shown, 0));
    showSection(shown);
    if (hadFocus)
        m_sections->setFocus();
    updateButtons();
}

void HandoverDialog::showSection(int index)
{
    if (!m_document || index < 0 || index >= static_cast<int>(m_document->sections.size()))
        return;
    const HandoverSection &section = m_document->sections[static_cast<std::size_t>(index)];
    const bool empty = section.lines.empty();
    m_heading->setTitle(section.title);
    m_heading->setNote(empty ? QString() : section.note);
    m_nothing->setText(empty ? section.empty : QString());
    m_nothing->setVisible(empty);
    m_table->setVisible(!empty);
    m_table->setSection(section);
    m_more->setText(section.more);
    m_more->setVisible(!section.more.isEmpty());
}

void HandoverDialog::updateButtons()
{
    const bool ready = m_document.has_value() && !m_loading && !m_writer.isRunning();
    for (QPushButton *button : {m_copy, m_saveMarkdown, m_savePdf})
        button->setEnabled(ready);
}

void HandoverDialog::copyMarkdown()
{
    if (!m_document || m_loading)
        return;
    QGuiApplication::clipboard()->setText(handoverMarkdown(*m_document));
    noteHandedOver(toldUntil());
    m_message->setMessage(MessageKind::Ok, tr("Copied as Markdown."));
}

std::optional<TimestampMs> HandoverDialog::toldUntil() const
{
    return m_tellsAll ? std::optional(m_handover->range.end) : std::nullopt;
}

void HandoverDialog::noteHandedOver(std::optional<TimestampMs> until) const
{
    if (until)
        handovermemory::noteHandedOver(m_database, *until);
}

void HandoverDialog::browse(const QString &suffix)
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    auto *dialog = new QFileDialog(this, tr("Save the handover to"), folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(QStringLiteral("handover-%1.%2").arg(QDate::currentDate().toString(Qt::ISODate), suffix));
    connect(dialog, &QFileDialog::fileSelected, this, &HandoverDialog::saveTo);
    dialog->open();
}

void HandoverDialog::saveTo(const QString &path)
{
    if (!m_document || m_loading || m_writer.isRunning())
        return;
    m_writingUntil = toldUntil();
    m_message->hide();
    const bool pdf = path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
    // Laid out on another thread: a long handover takes longer than a window may stand still.
    m_writer.start(path, [document = *m_document, font = fonts::body(), pdf] {
        return pdf ? handoverPdf(document, font) : handoverMarkdown(document).toUtf8();
    });
    updateButtons();
}

} // namespace bartizan
