// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/rulespage.h"

#include "core/engine/session.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/labels.h"
#include "ui/views/ruleeditor.h"
#include "ui/views/rulesedit.h"
#include "ui/views/rulestable.h"
#include "ui/views/ruletrialpane.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/statusglyph.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kActionBar = 48;
constexpr int kFindWidth = 200;
constexpr int kSideWidth = 600;
constexpr int kNarrowestList = 520;
constexpr int kNarrowestSide = 420;
constexpr int kWantedList = 640; ///< In a window of 1280; the side gives way first.

/// The types that have rules, in order of their names.
std::vector<AlertType> typesOfRules()
{
    std::vector<AlertType> types;
    for (const RuleInfo &rule : ruleCatalog()) {
        if (std::find(types.begin(), types.end(), rule.type) == types.end())
            types.push_back(rule.type);
    }
    std::sort(types.begin(), types.end(),
              [](AlertType a, AlertType b) { return format::alertType(a) < format::alertType(b); });
    return types;
}

} // namespace

RulesPage::RulesPage(ConsoleContext *context, QWidget *parent)
    : Page(tr("Rules"), parent), m_context(context), m_edit(new RulesEdit(this))
{
    m_filter.setSourceModel(&m_model);
    buildHeader();
    m_splitter = new HairlineSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(buildList());
    m_splitter->addWidget(buildSide());
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    body()->addWidget(m_splitter, 1);
    connectParts();
    connectSession();
    restore();
    if (m_context->session()->isOpen())
        onOpened();
    showEdits();
}

RulesPage::~RulesPage()
{
    QSettings settings;
    settings.beginGroup(QStringLiteral("rules"));
    m_table->saveColumns(settings);
    settings.setValue(QStringLiteral("splitter"), m_sized ? m_splitter->saveState() : QByteArray());
    const std::string_view key = ruleInfo(rule()).key;
    settings.setValue(QStringLiteral("rule"), QString::fromLatin1(key.data(), static_cast<qsizetype>(key.size())));
    settings.setValue(QStringLiteral("days"), m_trial->days());
}

void RulesPage::restore()
{
    QSettings settings;
    settings.beginGroup(QStringLiteral("rules"));
    m_table->restoreColumns(settings);
    const QByteArray splitter = settings.value(QStringLiteral("splitter")).toByteArray();
    m_sized = !splitter.isEmpty() && m_splitter->restoreState(splitter);
    m_trial->setDays(settings.value(QStringLiteral("days"), m_trial->days()).toInt());
    const RuleInfo *last = ruleNamed(settings.value(QStringLiteral("rule")).toString().toStdString());
    m_table->setCurrentRule(last != nullptr ? last->id : RuleId::BruteForce);
    onRuleChosen(rule());
}

void RulesPage::buildHeader()
{
    m_preset = new QComboBox(this);
    m_preset->addItem(tr("Preset standard"));
    m_preset->addItem(tr("Preset reference"));
    m_preset->setToolTip(tr("standard: all rules, each with its settings. reference: the six rules of the "
                            "specification, exactly."));
    m_type = new QComboBox(this);
    m_type->addItem(tr("All types"));
    for (const AlertType type : typesOfRules())
        m_type->addItem(format::alertType(type), static_cast<int>(type));
    m_type->setToolTip(tr("Shows the rules that raise alerts of one type"));
    m_find = new QLineEdit(this);
    m_find->setPlaceholderText(tr("Find a rule"));
    m_find->setAccessibleName(tr("Find a rule"));
    m_find->setFixedWidth(kFindWidth);
    m_find->setClearButtonEnabled(true);
    m_find->addAction(icons::mutedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    for (QWidget *tool : {static_cast<QWidget *>(m_preset), static_cast<QWidget *>(m_type), static_cast<QWidget *>(m_find)})
        headerTools()->addWidget(tool);
    nameBox(m_preset, tr("Preset"));
    nameBox(m_type, tr("Type"));
}

QWidget *RulesPage::buildList()
{
    auto *list = new QWidget(this);
    list->setMinimumWidth(kNarrowestList);
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_table = new RulesTable(&m_filter, list);
    m_empty = new EmptyState(list);
    m_empty->setText(QStringLiteral("search"), tr("No rule matches"),
                     tr("Names, explanations, types and ATT&CK techniques are searched."));
    connect(m_empty->addButton(tr("Show all rules")), &QAbstractButton::clicked, this, &RulesPage::clearFilter);
    m_empty->hide();
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);
    return list;
}

QWidget *RulesPage::buildSide()
{
    auto *side = new QWidget(this);
    side->setMinimumWidth(kNarrowestSide);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *room = new QVBoxLayout;
    room->setContentsMargins(measure::kControlGap, measure::kControlGap, measure::kControlGap, 0);
    m_message = new InlineMessage(side);
    auto *messageRoom = new QWidget(side);
    messageRoom->setLayout(room);
    room->addWidget(m_message);
    messageRoom->hide();
    connect(m_message, &InlineMessage::linkActivated, messageRoom, &QWidget::hide);
    column->addWidget(messageRoom);
    column->addWidget(buildRule(side), 1);
    column->addWidget(new Hairline(Qt::Horizontal, side));
    column->addWidget(buildActionBar());
    return side;
}

/// The editor and what the edits would change; they scroll where a low window has no room for both.
QWidget *RulesPage::buildRule(QWidget *parent)
{
    auto *scroll = new QScrollArea(parent);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus); // Its fields are scrolled to as they take the focus.
    scroll->setAccessibleName(tr("Rule"));
    auto *rule = new QWidget;
    auto *column = new QVBoxLayout(rule);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_editor = new RuleEditor(m_edit, rule);
    m_trial = new RuleTrialPane(m_context, m_edit, rule);
    column->addWidget(m_editor);
    column->addWidget(new Hairline(Qt::Horizontal, rule));
    column->addWidget(m_trial, 1);
    scroll->setWidget(rule);
    return scroll;
}

QWidget *RulesPage::buildActionBar()
{
    auto *bar = new QWidget(this);
    bar->setFixedHeight(kActionBar);
    bar->setAutoFillBackground(true);
    bar->setBackgroundRole(QPalette::Window);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, 0);
    row->setSpacing(measure::kControlGap);
    m_glyph = new StatusGlyph(StatusKind::Failed, bar);
    m_state = new ElidedLabel(bar);
    m_discard = new QPushButton(tr("Discard"), bar);
    m_discard->setToolTip(tr("Puts this rule back to what is saved"));
    m_save = new QPushButton(tr("Save rule"), bar);
    m_save->setToolTip(tr("Saves this rule; the running engine follows at once (Ctrl+S)"));
    setPrimary(m_save);
    row->addWidget(m_glyph);
    row->addWidget(m_state, 1);
    for (QPushButton *button : {m_discard, m_save}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    return bar;
}

void RulesPage::connectParts()
{
    connect(&m_model, &RuleModel::switchRequested, m_edit, &RulesEdit::setEnabled);
    connect(m_edit, &RulesEdit::changed, this, &RulesPage::showEdits);
    connect(m_table, &RulesTable::currentRuleChanged, this, &RulesPage::onRuleChosen);
    connect(m_table, &RulesTable::editWanted, m_editor, &RuleEditor::focusField);
    connect(m_type, &QComboBox::currentIndexChanged, this, &RulesPage::showFilter);
    connect(m_find, &QLineEdit::textChanged, this, &RulesPage::showFilter);
    connect(m_preset, &QComboBox::activated, this, &RulesPage::askPreset);
    connect(m_discard, &QPushButton::clicked, this, [this] {
        m_message->parentWidget()->hide();
        m_edit->discard(rule());
    });
    connect(m_save, &QPushButton::clicked, this, &RulesPage::save);
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] { m_sized = true; });
    auto *save = new QAction(tr("Save rule"), this);
    save->setShortcut(QKeySequence::Save);
    save->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(save);
    connect(save, &QAction::triggered, this, &RulesPage::save);
    auto *tryIt = new QAction(tr("Try it"), this);
    tryIt->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_T));
    tryIt->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(tryIt);
    connect(tryIt, &QAction::triggered, m_trial, &RuleTrialPane::tryIt);
}

QWidget *RulesPage::initialFocus()
{
    return m_empty->isVisible() ? static_cast<QWidget *>(m_empty->firstButton()) : m_table;
}

RuleId RulesPage::rule() const
{
    return m_table->currentRule();
}

void RulesPage::onRuleChosen(RuleId rule)
{
    m_message->parentWidget()->hide();
    m_editor->setRule(rule);
    m_trial->setRule(rule);
    showEdits();
}

void RulesPage::showEdits()
{
    m_model.setConfigs(m_edit->stored(), m_edit->draft());
    const bool edited = m_edit->isEdited(rule());
    const bool wrong = m_edit->firstInvalid(rule()).has_value();
    m_glyph->setVisible(wrong);
    m_state->setMuted(!wrong);
    if (m_saving != 0)
        m_state->setText(tr("Saving…"));
    else if (wrong)
        m_state->setText(m_editor->error().isEmpty() ? tr("A number is out of its range") : m_editor->error());
    else if (!canWrite() && m_context->session()->isOpen())
        m_state->setText(format::singleLine(m_context->session()->database().refusals.settings));
    else
        m_state->setText(tr("Applies to events from now on"));
    m_discard->setEnabled(edited && m_saving == 0);
    m_save->setEnabled(edited && !wrong && m_saving == 0 && canWrite());
    m_preset->setCurrentIndex(m_edit->stored().preset == Preset::Reference ? 1 : 0);
    m_preset->setEnabled(canWrite() && m_saving == 0);
    m_editor->setWritable(canWrite() && m_saving == 0);
    m_model.setWritable(canWrite() && m_saving == 0);
    m_trial->setValid(!wrong);
    showSubtitle();
}

void RulesPage::showSubtitle()
{
    const MonitoringConfig &stored = m_edit->stored();
    const int off = static_cast<int>(kRuleCount) - stored.rulesOn();
    const int edited = m_edit->editedCount();
    QString text = off == 0 ? tr("%1, all on").arg(kRuleCount)
                            : tr("%1, %2 switched off").arg(kRuleCount).arg(off);
    text += stored.preset == Preset::Reference ? tr("; preset reference") : tr("; preset standard");
    if (edited > 0)
        text += tr("; %n edited and not saved", nullptr, edited);
    setSubtitle(text);
}

void RulesPage::showFilter()
{
    const QVariant type = m_type->currentData();
    m_filter.setType(type.isValid() ? std::optional(static_cast<AlertType>(type.toInt())) : std::nullopt);
    m_filter.setText(m_find->text());
    const bool none = m_filter.rowCount() == 0;
    m_table->setMaximumHeight(none ? m_table->horizontalHeader()->height() : QWIDGETSIZE_MAX);
    m_empty->setVisible(none);
    if (!none && !m_table->setCurrentRule(rule()))
        m_table->selectRow(0);
}

void RulesPage::clearFilter()
{
    m_type->setCurrentIndex(0);
    m_find->clear();
    m_table->setFocus(Qt::OtherFocusReason);
}

void RulesPage::search(const QString &text)
{
    m_find->setText(text);
}

void RulesPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    arrange();
}

/// 768 and 600 at 1440 wide; in a wider window the list takes the rest, in a narrower one it keeps 640 as long as the
/// side can give way.
void RulesPage::arrange()
{
    if (m_sized)
        return;
    const int all = width() - m_splitter->handleWidth();
    const int side = std::clamp(all - kWantedList, kNarrowestSide, kSideWidth);
    m_splitter->setSizes({all - side, side});
}

} // namespace bartizan
