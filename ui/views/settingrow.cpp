// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/settingrow.h"

#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace bartizan {
namespace {

constexpr int kLabelWidth = 232;
constexpr int kFormMargin = 24;
constexpr int kBelowHeight = 18;

} // namespace

SettingRow::SettingRow(const QString &key, const QString &label, QWidget *parent) : QWidget(parent), m_key(key)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(kFormMargin, 0, kFormMargin, 0);
    column->setSpacing(0);
    auto *line = new QWidget(this);
    line->setMinimumHeight(measure::kFormRow);
    m_line = new QHBoxLayout(line);
    m_line->setContentsMargins(0, 0, 0, 0);
    m_line->setSpacing(measure::kControlGap);
    m_label = plainLabel(label, line);
    m_label->setFixedWidth(kLabelWidth);
    m_label->setWordWrap(true);
    m_unit = plainLabel({}, line);
    m_hint = mutedLabel({}, line);
    m_hint->hide(); // Until it says something: empty, it would still take its gap.
    m_line->addWidget(m_label);
    m_line->addWidget(m_unit);
    m_line->addWidget(m_hint);
    m_line->addStretch(1);
    column->addWidget(line);

    m_below = new QStackedWidget(this);
    m_explanation = smallLabel({}, m_below);
    m_error = new FieldError(m_below);
    m_below->addWidget(m_explanation);
    m_below->addWidget(m_error);
    m_below->setFixedHeight(kBelowHeight);
    auto *below = new QHBoxLayout;
    below->addSpacing(kLabelWidth + measure::kControlGap);
    below->addWidget(m_below, 1);
    column->addLayout(below);
}

void SettingRow::setField(QWidget *field, const QString &unit)
{
    m_field = field;
    m_line->insertWidget(1, field);
    m_label->setBuddy(field);
    field->setAccessibleName(m_label->text());
    m_unit->setText(unit);
    m_unit->setVisible(!unit.isEmpty());
}

void SettingRow::setHint(const QString &hint)
{
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty() && m_unavailable.isEmpty());
    describeField();
}

void SettingRow::setExplanation(const QString &explanation)
{
    m_explanation->setText(explanation);
}

void SettingRow::setUnavailable(const QString &why)
{
    m_unavailable = why;
    m_field->setEnabled(false);
    for (QLabel *words : {m_label, m_unit})
        words->setEnabled(false);
    m_hint->hide();
    setExplanation(why);
    describeField();
    // A field of many boxes is heard box by box.
    const auto boxes = m_field->findChildren<QAbstractButton *>();
    for (QAbstractButton *box : boxes)
        box->setAccessibleDescription(why);
}

void SettingRow::setError(const QString &error)
{
    m_error->setText(error);
    m_below->setCurrentIndex(error.isEmpty() ? 0 : 1);
    if (m_field != nullptr)
        FieldError::markField(m_field, !error.isEmpty());
    describeField();
}

/// Says of the field what matters most: that it cannot be changed, else what is wrong, else what may be entered.
void SettingRow::describeField()
{
    if (m_field == nullptr)
        return;
    const QString wrong = error();
    m_field->setAccessibleDescription(!m_unavailable.isEmpty() ? m_unavailable : wrong.isEmpty() ? m_hint->text() : wrong);
}

QString SettingRow::error() const
{
    return m_error->text();
}

bool SettingRow::matches(const QString &text) const
{
    const auto has = [&text](const QString &where) { return where.contains(text, Qt::CaseInsensitive); };
    return text.isEmpty() || has(m_label->text()) || has(m_key) || has(m_explanation->text()) || has(m_unit->text());
}

SettingSection::SettingSection(const QString &title, QWidget *parent) : QWidget(parent), m_title(title)
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    m_column = new QVBoxLayout;
    m_column->setContentsMargins(0, measure::kControlGap, 0, measure::kControlGap);
    m_column->setSpacing(0);
    QLabel *heading = sectionLabel(title, this);
    heading->setContentsMargins(kFormMargin, 0, kFormMargin, 0);
    heading->setFixedHeight(measure::kFormRow);
    m_column->addWidget(heading);
    outer->addLayout(m_column);
    outer->addWidget(new Hairline(Qt::Horizontal, this));
}

SettingRow *SettingSection::addRow(SettingRow *row)
{
    m_column->addWidget(row);
    m_rows.push_back(row);
    return row;
}

void SettingSection::addNote(QWidget *note)
{
    auto *line = new QHBoxLayout;
    line->setContentsMargins(kFormMargin, measure::kGrid, kFormMargin, measure::kGrid);
    line->addWidget(note);
    m_column->addLayout(line);
    m_notes.push_back(note);
}

int SettingSection::filter(const QString &text)
{
    const bool all = text.isEmpty() || m_title.contains(text, Qt::CaseInsensitive);
    int shown = 0;
    for (SettingRow *row : m_rows) {
        const bool wanted = all || row->matches(text);
        row->setVisible(wanted);
        shown += wanted ? 1 : 0;
    }
    for (QWidget *note : m_notes)
        note->setVisible(all);
    setVisible(shown > 0 || all);
    return all && m_rows.empty() ? 1 : shown;
}

} // namespace bartizan
