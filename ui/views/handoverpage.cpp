// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/handoverpage.h"

#include "core/engine/session.h"
#include "core/ports/clock.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/handovermemory.h"
#include "ui/views/handoverpdf.h"
#include "ui/views/handoverperiod.h"
#include "ui/views/handovertable.h"
#include "ui/views/labels.h"
#include "ui/views/rowdelegate.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/rowpainting.h"
#include "ui/widgets/sectionheading.h"
#include "ui/widgets/wholerows.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDate>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QStandardPaths>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <utility>

namespace bartizan {
namespace {

using namespace std::chrono_literals;

constexpr auto kGather = 300ms;   ///< Somebody who types a time changes it digit by digit.
constexpr auto kPatience = 300ms; ///< What is shown stays for so long while it is read anew.
/// A handover that was taken along may be looked at again: what is new since then is a handover of its own only after this.
constexpr TimestampMs kSameHandover = kHour;
constexpr int kSectionsWidth = 216;
constexpr int kCountWidth = 64;

} // namespace

HandoverPage::HandoverPage(ConsoleContext *context, QWidget *parent)
    : Page(tr("Handover"), parent), m_context(context), m_session(context->session())
{
    auto *top = new QVBoxLayout;
    top->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kControlGap);
    top->setSpacing(measure::kControlGap);
    m_period = new HandoverPeriod({}, context->displayZone(), this);
    m_message = new InlineMessage(this);
    m_message->hide();
    top->addWidget(m_period);
    top->addWidget(m_message);
    body()->addLayout(top);
    body()->addWidget(new Hairline(Qt::Horizontal, this));
    buildHeader();
    buildSections();
    m_soon.setSingleShot(true);
    m_soon.setInterval(kGather);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatience);
    connect(&m_soon, &QTimer::timeout, this, &HandoverPage::load);
    connect(&m_patience, &QTimer::timeout, this, &HandoverPage::showWaiting);
    connect(m_period, &HandoverPeriod::changed, this, [this] { m_soon.start(); });
    connectContext();
    connectWriter();
    updateActions();
}

HandoverPage::~HandoverPage()
{
    cancel();
}

void HandoverPage::buildHeader()
{
    const auto add = [this](const QString &text, const QString &icon, auto &&slot) {
        auto *action = new QAction(icons::icon(icon), text, this);
        connect(action, &QAction::triggered, this, slot);
        auto *button = new QPushButton(action->icon(), text, this);
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::enabledChanged, button, &QWidget::setEnabled);
        headerTools()->addWidget(button);
        return action;
    };
    m_copy = add(tr("Copy as Markdown"), QStringLiteral("copy"), [this] { copyMarkdown(); });
    m_saveMarkdown = add(tr("Save as Markdown…"), QStringLiteral("download"), [this] { browse(QStringLiteral("md")); });
    m_savePdf = add(tr("Save as PDF…"), QStringLiteral("printer"), [this] { browse(QStringLiteral("pdf")); });
}

void HandoverPage::buildSections()
{
    m_list = new QStandardItemModel(0, 2, this);
    m_list->setHorizontalHeaderLabels({tr("Section"), tr("Count")});
    m_sections = new QTableView(this);
    rowpainting::setUpTable(m_sections);
    auto *delegate = new RowDelegate(m_sections);
    delegate->setRightAligned({1});
    delegate->setMuted({1});
    delegate->setRingsRows(true);
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

    auto *read = new QWidget(this);
    auto *row = new QHBoxLayout(read);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_sections);
    row->addWidget(new Hairline(Qt::Vertical, read));
    row->addWidget(buildSection(), 1);
    m_waiting = new EmptyState(this);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_waiting);
    m_stack->addWidget(read);
    body()->addWidget(m_stack, 1);
}

/// The right side: one section.
QWidget *HandoverPage::buildSection()
{
    m_heading = new SectionHeading({}, this);
    m_nothing = plainLabel({}, this);
    m_nothing->setWordWrap(true);
    m_nothing->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_more = smallLabel({}, this);
    m_rest = new LinkButton({}, this);
    connect(m_rest, &QAbstractButton::clicked, this, &HandoverPage::showRest);
    m_table = new HandoverTable(this);
    connect(m_table, &HandoverTable::alertChosen, this, [this](const std::string &id) {
        AlertDrillDown wanted;
        wanted.alertId = id;
        m_context->showAlerts(wanted);
    });
    auto *side = new QWidget(this);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    // Words keep to the page's margin; the table touches its edges, as on every page.
    const auto addWords = [column](std::initializer_list<QWidget *> words) {
        auto *room = new QVBoxLayout;
        room->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kControlGap);
        room->setSpacing(measure::kControlGap);
        for (QWidget *each : words)
            room->addWidget(each);
        column->addLayout(room);
    };
    addWords({m_heading, m_nothing});
    column->addWidget(new WholeRows(m_table, this), 1);
    column->addStretch(0);
    m_hint = mutedLabel(tr("Enter or a double click on a line opens its alert"), this);
    addWords({m_more, m_rest, m_hint});
    return side;
}

void HandoverPage::connectContext()
{
    const auto loadIfSeen = [this] {
        if (isVisible())
            load();
    };
    connect(m_context, &ConsoleContext::displayZoneChanged, this, [this] {
        m_period->setZone(m_context->displayZone());
        showDocument();
    });
    connect(m_context, &ConsoleContext::companyChanged, this, loadIfSeen);
    connect(m_context, &ConsoleContext::refreshRequested, this, [this, loadIfSeen] {
        m_period->renew();
        loadIfSeen();
    });
    // The window shows the page anew when another database is open.
    connect(m_session, &Session::closed, this, [this] {
        forget();
        m_message->hide();
    });
    connect(m_session, &Session::engineStatusChanged, this, [this](const EngineStatus &status) {
        const bool wasAway = std::exchange(m_away, status.state == EngineState::Retrying);
        if (wasAway && !m_away && m_failed && isVisible())
            load();
    });
}

void HandoverPage::connectWriter()
{
    connect(&m_writer, &DocumentWriter::written, this, [this](const QString &path) {
        updateActions();
        note(m_writing);
        m_message->setMessage(MessageKind::Ok, tr("Written to %1, readable by you alone.").arg(format::singleLine(path)));
    });
    connect(&m_writer, &DocumentWriter::failed, this, [this](const Error &error) {
        updateActions();
        m_message->setMessage(MessageKind::Error, tr("Not written. %1").arg(format::singleLine(error.message)));
    });
}

/// Null while nothing is open.
QueryService *HandoverPage::service() const
{
    return m_session ? m_session->queries() : nullptr;
}

void HandoverPage::activate()
{
    if (service() == nullptr)
        return;
    begin();
    m_period->renew();
    load();
}

QWidget *HandoverPage::initialFocus()
{
    return m_document ? m_sections : nullptr;
}

/// Lets the time begin when the user left: anew for another database, and after the last handover once that is history.
void HandoverPage::begin()
{
    const QString database = m_session->database().path;
    const auto left = handovermemory::sinceLeft(database);
    const bool isAnother = database != m_database;
    m_database = database;
    if (isAnother || (left && *left <= SystemClock().now() - kSameHandover))
        m_period->setLeft(left);
}

void HandoverPage::load()
{
    m_soon.stop();
    QueryService *source = service();
    if (source == nullptr || !m_period->isValid())
        return forget();
    m_loading = true;
    m_failed = false;
    m_message->hide();
    m_asksAll = m_period->tellsAllSinceLeft() && !m_context->company();
    source->handover({m_period->range(), m_context->company()}, this,
                     [this](const Result<Handover> &answer) { take(answer); });
    if (m_document)
        m_patience.start();
    else
        showWaiting();
    updateActions();
}

void HandoverPage::showWaiting()
{
    m_waiting->setText(QStringLiteral("clock-3"), tr("Reading what happened"), tr("This takes a moment in a large database."));
    m_waiting->clearButtons();
    connect(m_waiting->addButton(tr("Stop"), QStringLiteral("x")), &QPushButton::clicked, this, &HandoverPage::stop);
    // Not Stop, which a key would press that was meant for a line.
    m_waiting->setFocusProxy(nullptr);
    const bool hadFocus = m_stack->widget(1)->isAncestorOf(QApplication::focusWidget());
    m_focusBefore = hadFocus ? QApplication::focusWidget() : nullptr;
    if (hadFocus)
        m_waiting->setFocus(Qt::OtherFocusReason);
    m_stack->setCurrentWidget(m_waiting);
}

/// Ends a question that is on its way.
void HandoverPage::cancel()
{
    if (QueryService *source = service(); m_loading && source != nullptr)
        source->cancelHandover();
    m_loading = false;
    m_patience.stop();
}

/// Somebody does not want to wait: what was read before stays, as it does when reading fails.
void HandoverPage::stop()
{
    if (!m_handover)
        return forget();
    cancel();
    m_failed = false;
    showDocument();
    m_message->setMessage(MessageKind::Info, tr("It was stopped. What was read before stays, with its own time above it."));
}

/// Nothing is read, and nothing stays: there is no such time, no database, or nothing was read before.
void HandoverPage::forget()
{
    cancel();
    m_failed = false;
    m_handover.reset();
    m_document.reset();
    showNothing(m_period->isValid() ? tr("It was stopped.") : tr("The time ends before it begins."));
}

void HandoverPage::showNothing(const QString &reason)
{
    setSubtitle({});
    m_waiting->setText(QStringLiteral("clock-3"), tr("Nothing has been read for this time"), reason);
    m_waiting->clearButtons();
    if (m_period->isValid()) {
        connect(m_waiting->addButton(tr("Read it"), QStringLiteral("refresh-cw")), &QPushButton::clicked, this,
                &HandoverPage::load);
    }
    m_stack->setCurrentWidget(m_waiting);
    updateActions();
}

void HandoverPage::take(const Result<Handover> &answer)
{
    m_loading = false;
    m_patience.stop();
    m_failed = !answer;
    if (answer) {
        m_handover = *answer;
        m_tellsAll = m_asksAll;
    }
    // What was read before stays, with its own time above it.
    if (m_handover)
        showDocument();
    else
        showNothing(tr("It could not be read."));
    if (!answer)
        m_message->setMessage(MessageKind::Error, format::singleLine(answer.error().message));
}

void HandoverPage::showDocument()
{
    if (!m_handover)
        return;
    m_document = handoverDocument(*m_handover, m_context->displayZone());
    const auto company = m_handover->companyId;
    setSubtitle(tr("%1, %2").arg(format::timeRange(m_handover->range, m_context->displayZone()),
                                 company ? format::singleLine(*company) : tr("all companies")));
    const int shown = std::max(0, m_sections->currentIndex().row());
    m_list->setRowCount(static_cast<int>(m_document->sections.size()));
    for (std::size_t i = 0; i < m_document->sections.size(); ++i) {
        const HandoverSection &section = m_document->sections[i];
        const QString count = section.total ? format::count(*section.total) : QString();
        auto *name = new QStandardItem(section.title);
        if (section.total)
            name->setData(tr("%1: %2").arg(section.title, count), Qt::AccessibleTextRole);
        m_list->setItem(static_cast<int>(i), 0, name);
        m_list->setItem(static_cast<int>(i), 1, new QStandardItem(count));
    }
    m_sections->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Fixed);
    m_sections->horizontalHeader()->resizeSection(1, kCountWidth);
    QWidget *focused = QApplication::focusWidget();
    const bool hadFocus = hasFocus() || (focused && (focused == m_waiting || m_waiting->isAncestorOf(focused)));
    m_stack->setCurrentIndex(1);
    m_sections->setCurrentIndex(m_list->index(shown, 0));
    showSection(shown);
    if (hadFocus)
        (m_focusBefore ? m_focusBefore.data() : static_cast<QWidget *>(m_sections))->setFocus();
    updateActions();
}

void HandoverPage::showSection(int index)
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
    const bool leads = section.rest != HandoverRest::Nowhere;
    m_more->setVisible(!section.more.isEmpty() && !leads);
    m_rest->setText(section.more);
    m_rest->setAccessibleName(section.rest == HandoverRest::Steps ? tr("%1, show them in Events").arg(section.more)
                              : section.rest == HandoverRest::Mutes ? tr("%1, show the mutes").arg(section.more)
                                                                    : tr("%1, show them in the queue").arg(section.more));
    m_rest->setVisible(!section.more.isEmpty() && leads);
    m_rest->updateGeometry();
    m_hint->setVisible(std::any_of(section.lines.begin(), section.lines.end(),
                                   [](const HandoverLine &line) { return !line.alertId.empty(); }));
}

/// Leads to what the section has no lines for, of the time and company that were read.
void HandoverPage::showRest()
{
    const int index = m_sections->currentIndex().row();
    if (!m_document || index < 0 || index >= static_cast<int>(m_document->sections.size()))
        return;
    const TimeRange range = m_handover->range;
    AlertDrillDown alerts;
    switch (m_document->sections[static_cast<std::size_t>(index)].rest) {
    case HandoverRest::Open: // Raised whenever. No filter says "acknowledged, but somebody owns it": all of those are there.
        alerts.range = RangeChoice{RangeChoice::Kind::Custom, {TimeRange().start, range.end}};
        alerts.text = QStringLiteral("status:active,escalated,acknowledged");
        m_context->showAlerts(alerts);
        break;
    case HandoverRest::Raised:
        alerts.range = RangeChoice{RangeChoice::Kind::Custom, range};
        m_context->showAlerts(alerts);
        break;
    case HandoverRest::Steps: {
        EventQuery events;
        events.range = range;
        events.eventType = SecurityEventType::SystemConfig; // As which steps are noted.
        m_context->showEvents(events);
        break;
    }
    case HandoverRest::Mutes: m_context->showMutes(); break;
    case HandoverRest::Nowhere: break;
    }
}

void HandoverPage::updateActions()
{
    const bool ready = m_document.has_value() && !m_loading && !m_writer.isRunning();
    for (QAction *action : {m_copy, m_saveMarkdown, m_savePdf})
        action->setEnabled(ready);
}

void HandoverPage::copyMarkdown()
{
    if (!m_document || m_loading)
        return;
    QGuiApplication::clipboard()->setText(handoverMarkdown(*m_document));
    note(told());
    m_message->setMessage(MessageKind::Ok, tr("Copied as Markdown."));
}

std::optional<HandoverPage::HandedOver> HandoverPage::told() const
{
    return m_tellsAll ? std::optional(HandedOver{m_database, m_handover->range.end}) : std::nullopt;
}

void HandoverPage::note(const std::optional<HandedOver> &told)
{
    if (told)
        handovermemory::noteHandedOver(told->database, told->until);
}

void HandoverPage::browse(const QString &suffix)
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    auto *dialog = new QFileDialog(this, tr("Save the handover to"), folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(QStringLiteral("handover-%1.%2").arg(QDate::currentDate().toString(Qt::ISODate), suffix));
    connect(dialog, &QFileDialog::fileSelected, this, &HandoverPage::saveTo);
    dialog->open();
}

void HandoverPage::saveTo(const QString &path)
{
    if (!m_document || m_loading || m_writer.isRunning())
        return;
    m_writing = told();
    m_message->hide();
    const bool pdf = path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
    // Laid out on another thread: a long handover takes longer than a window may stand still.
    m_writer.start(path, [document = *m_document, font = fonts::body(), pdf] {
        return pdf ? handoverPdf(document, font) : handoverMarkdown(document).toUtf8();
    });
    updateActions();
}

} // namespace bartizan
