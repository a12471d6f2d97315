// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ruleeditor.h"

#include "ui/models/rulewords.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/views/rulesedit.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/flowlayout.h"
#include "ui/widgets/inlinemessage.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QHBoxLayout>
#include <QLabel>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QUrl>
#include <QVBoxLayout>

namespace bartizan {
namespace {

constexpr int kLargestNumber = 9'999'999; // beyond most ranges, so that a wrong number can be entered and explained
constexpr int kNumberWidth = 76;
constexpr int kUnitWidth = 96;
constexpr std::array<int, 3> kUnitSeconds{1, 60, 3600};

/// The largest unit that a time is a whole number of; hours only where they are at least two, "60 minutes" reads as well.
int unitOf(int seconds)
{
    if (seconds % 3600 == 0 && seconds >= 7200)
        return 2;
    return seconds % 60 == 0 && seconds > 0 ? 1 : 0;
}

} // namespace

RuleEditor::RuleEditor(RulesEdit *edit, QWidget *parent) : QWidget(parent), m_edit(edit)
{
    setAccessibleName(tr("Settings of the rule"));
    build();
    connect(m_edit, &RulesEdit::changed, this, &RuleEditor::showRule);
    setRule(m_rule);
}

void RuleEditor::build()
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(measure::kPageMargin, 12, measure::kPageMargin, 12);
    column->setSpacing(measure::kControlGap);
    auto *head = new QHBoxLayout;
    head->setSpacing(measure::kControlGap);
    m_badge = new SeverityBadge(this);
    m_byScore = mutedLabel(tr("by score"), this);
    m_name = new ElidedLabel(this);
    m_name->setFont(fonts::semibold());
    m_edited = mutedLabel(tr("edited"), this);
    m_on = new QCheckBox(tr("Switched on"), this);
    m_on->setAccessibleName(m_on->text());
    head->addWidget(m_badge);
    head->addWidget(m_byScore);
    head->addWidget(m_name, 1);
    head->addWidget(m_edited);
    head->addWidget(m_on);
    m_explanation = mutedLabel({}, this);
    m_explanation->setWordWrap(true);
    m_techniques = new QWidget(this);
    m_techniqueRow = new QHBoxLayout(m_techniques);
    m_techniqueRow->setContentsMargins(0, 0, 0, 0);
    m_techniqueRow->setSpacing(measure::kControlGap);
    m_formRoom = new QVBoxLayout;
    m_formRoom->setSpacing(0);
    m_error = new FieldError(this);
    m_saved = mutedLabel({}, this);
    m_standard = new LinkButton(QString(), this);
    auto *below = new QHBoxLayout;
    below->setSpacing(measure::kPageMargin);
    below->addWidget(m_error, 1);
    below->addWidget(m_standard);
    below->addWidget(m_saved);
    m_reference = new InlineMessage(this);
    column->addLayout(head);
    column->addWidget(m_explanation);
    column->addWidget(m_techniques);
    column->addLayout(m_formRoom);
    column->addLayout(below);
    column->addWidget(m_reference);
    connect(m_on, &QCheckBox::toggled, this, [this](bool on) { m_edit->setEnabled(m_rule, on); });
    connect(m_standard, &QAbstractButton::clicked, this, [this] { m_edit->useStandard(m_rule); });
}

void RuleEditor::setRule(RuleId rule)
{
    m_rule = rule;
    const RuleInfo &info = ruleInfo(rule);
    m_badge->setVisible(info.severity.has_value());
    if (info.severity)
        m_badge->setSeverity(*info.severity);
    m_byScore->setVisible(!info.severity);
    m_name->setText(info.name());
    m_explanation->setText(info.explanation());
    buildFields();
    buildTechniques();
    showRule();
}

void RuleEditor::setWritable(bool writable)
{
    m_writable = writable;
    showRule();
}

/// Builds the sentence of the rule: words, and between them the numbers. In a narrow pane it takes a second line.
void RuleEditor::buildFields()
{
    m_fields.clear();
    delete m_form;
    m_form = new QWidget(this);
    auto *lines = new QVBoxLayout(m_form);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(measure::kControlGap);
    static const QRegularExpression kMarker(QStringLiteral("%(\\d)"));
    const QStringList sentences = rulewords::sentence(m_rule).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    for (const QString &sentence : sentences) {
        auto *line = new FlowLayout(measure::kControlGap);
        lines->addLayout(line);
        qsizetype from = 0;
        const auto addWords = [&](qsizetype until) {
            const QString words = sentence.mid(from, until - from).trimmed();
            if (!words.isEmpty())
                line->addWidget(plainLabel(words, m_form));
        };
        for (auto it = kMarker.globalMatch(sentence); it.hasNext();) {
            const QRegularExpressionMatch marker = it.next();
            addWords(marker.capturedStart());
            line->addWidget(makeField(marker.captured(1).toUInt() - 1, m_form));
            from = marker.capturedEnd();
        }
        addWords(sentence.size());
    }
    if (sentences.isEmpty())
        lines->addWidget(plainLabel(tr("This rule has no numbers to set."), m_form));
    m_formRoom->addWidget(m_form);
}

QWidget *RuleEditor::makeField(std::size_t parameter, QWidget *parent)
{
    const RuleParameter &known = ruleInfo(m_rule).parameters()[parameter];
    auto *field = new QWidget(parent);
    auto *row = new QHBoxLayout(field);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(measure::kGrid);
    auto *box = new QSpinBox(field);
    box->setRange(0, std::max(kLargestNumber, known.maximum + 1));
    box->setFixedWidth(known.maximum > 99'999 ? kNumberWidth + 24 : kNumberWidth);
    box->setAccessibleName(rulewords::parameterName(m_rule, parameter));
    box->setObjectName(QString::fromLatin1(known.key.data(), static_cast<qsizetype>(known.key.size())));
    row->addWidget(box);
    QComboBox *unit = nullptr;
    if (known.unit == RuleUnit::Seconds) {
        unit = new QComboBox(field);
        unit->addItems({tr("seconds"), tr("minutes"), tr("hours")});
        unit->setFixedWidth(kUnitWidth);
        nameBox(unit, tr("Unit of %1").arg(box->accessibleName()));
        unit->setObjectName(box->objectName() + QStringLiteral("Unit"));
        unit->setCurrentIndex(unitOf(m_edit->draft().value(m_rule, parameter)));
        row->addWidget(unit);
    }
    const auto take = [this, parameter, box, unit] {
        const qint64 factor = unit == nullptr ? 1 : kUnitSeconds[static_cast<std::size_t>(unit->currentIndex())];
        const qint64 value = std::min<qint64>(box->value() * factor, std::numeric_limits<int>::max());
        m_edit->setValue(m_rule, parameter, static_cast<int>(value));
    };
    connect(box, &QSpinBox::valueChanged, this, take);
    if (unit != nullptr)
        connect(unit, &QComboBox::currentIndexChanged, this, take);
    m_fields.push_back({parameter, box, unit});
    return field;
}

void RuleEditor::buildTechniques()
{
    while (QLayoutItem *item = m_techniqueRow->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    bool any = false;
    for (const std::string_view id : ruleInfo(m_rule).techniques) {
        if (id.empty())
            continue;
        if (!any)
            m_techniqueRow->addWidget(mutedLabel(tr("ATT&CK"), m_techniques));
        any = true;
        const QString address = techniqueLink(id);
        auto *link = new LinkButton(rulewords::technique(id), m_techniques);
        link->setAccessibleName(tr("Open %1 in the browser").arg(rulewords::technique(id)));
        link->setAccessibleDescription(address);
        link->setToolTip(format::toolTip(tr("Opens in the browser:\n%1").arg(address)));
        m_techniqueRow->addWidget(link);
        connect(link, &QAbstractButton::clicked, this, [address] { QDesktopServices::openUrl(QUrl(address)); });
    }
    m_techniqueRow->addStretch(1);
    m_techniques->setVisible(any);
}

/// Whether the preset leaves no choice: the reference has only the thresholds of its own.
bool RuleEditor::isFixed(std::size_t parameter) const
{
    return m_edit->stored().preset == Preset::Reference
        && ruleInfo(m_rule).parameters()[parameter].threshold.empty();
}

int RuleEditor::shownValue(std::size_t parameter) const
{
    return m_edit->draft().value(m_rule, parameter);
}

QString RuleEditor::rangeOf(std::size_t parameter) const
{
    const RuleParameter &known = ruleInfo(m_rule).parameters()[parameter];
    if (known.unit == RuleUnit::Seconds)
        return tr("%1 to %2").arg(format::duration(known.minimum), format::duration(known.maximum));
    return tr("%1 to %2").arg(format::count(known.minimum), format::count(known.maximum));
}

QString RuleEditor::error() const
{
    return m_error->text();
}

void RuleEditor::showRule()
{
    const bool reference = m_edit->stored().preset == Preset::Reference;
    const QSignalBlocker quiet(m_on);
    m_on->setChecked(m_edit->draft().isOn(m_rule));
    m_on->setEnabled(m_writable && !reference);
    m_edited->setVisible(m_edit->isEdited(m_rule));
    const auto wrong = m_edit->firstInvalid(m_rule);
    m_error->setText(wrong ? tr("%1: enter %2.").arg(rulewords::parameterName(m_rule, *wrong), rangeOf(*wrong))
                           : QString());
    for (const Field &field : m_fields)
        showField(field);
    showSaved();
    m_standard->setEnabled(m_writable);
    m_reference->setVisible(reference);
    if (reference) {
        m_reference->setMessage(MessageKind::Info,
                                ruleInfo(m_rule).reference
                                    ? tr("The preset “reference” fixes all but the threshold.")
                                    : tr("The preset “reference” has this rule switched off."));
    }
}

void RuleEditor::showField(const Field &field)
{
    const int value = shownValue(field.parameter);
    const QSignalBlocker quietBox(field.box);
    if (field.unit != nullptr) {
        const QSignalBlocker quietUnit(field.unit);
        const int factor = kUnitSeconds[static_cast<std::size_t>(field.unit->currentIndex())];
        if (static_cast<qint64>(field.box->value()) * factor != value) {
            if (value % factor != 0 || value == 0)
                field.unit->setCurrentIndex(unitOf(value));
            field.box->setValue(value / kUnitSeconds[static_cast<std::size_t>(field.unit->currentIndex())]);
        }
        field.unit->setEnabled(m_writable && !isFixed(field.parameter));
    } else if (field.box->value() != value) {
        field.box->setValue(value);
    }
    const RuleParameter &known = ruleInfo(m_rule).parameters()[field.parameter];
    const bool wrong = !isFixed(field.parameter) && (value < known.minimum || value > known.maximum);
    FieldError::markField(field.box, wrong);
    field.box->setEnabled(m_writable && !isFixed(field.parameter));
    const QString hint = tr("%1. Standard: %2")
                             .arg(rangeOf(field.parameter), rulewords::amount(known.unit, known.standard));
    field.box->setAccessibleDescription(wrong ? m_error->text() : hint);
    field.box->setToolTip(format::toolTip(hint));
}

void RuleEditor::showSaved()
{
    const bool edited = m_edit->isEdited(m_rule);
    const MonitoringConfig &stored = m_edit->stored();
    m_saved->setVisible(edited);
    m_saved->setText(stored.isOn(m_rule) ? tr("Saved: %1").arg(rulewords::firesAt(m_rule, stored)) : tr("Saved: off"));
    MonitoringConfig standard = stored;
    standard.preset = Preset::Standard;
    const auto parameters = ruleInfo(m_rule).parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i)
        standard.setValue(m_rule, i, parameters[i].standard);
    m_standard->setText(tr("Standard: %1").arg(rulewords::firesAt(m_rule, standard)));
    m_standard->setAccessibleName(tr("Put the numbers to the standard, %1").arg(rulewords::firesAt(m_rule, standard)));
    m_standard->setToolTip(tr("Puts the numbers to the standard"));
    m_standard->setVisible(stored.preset == Preset::Standard && !m_edit->isStandard(m_rule));
}

void RuleEditor::focusField()
{
    const auto wrong = m_edit->firstInvalid(m_rule);
    for (const Field &field : m_fields) {
        if (field.box->isEnabled() && (!wrong || *wrong == field.parameter)) {
            field.box->setFocus(Qt::OtherFocusReason);
            field.box->selectAll();
            return;
        }
    }
    m_on->setFocus(Qt::OtherFocusReason);
}

} // namespace bartizan
