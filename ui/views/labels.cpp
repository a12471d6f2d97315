// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/labels.h"

#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"
#include "ui/widgets/wrappedlabel.h"

#include <QComboBox>
#include <QHBoxLayout>

namespace bartizan {

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    return label;
}

QLabel *mutedLabel(const QString &text, QWidget *parent)
{
    QLabel *label = plainLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLabel *sectionLabel(const QString &text, QWidget *parent)
{
    QLabel *label = plainLabel(text, parent);
    label->setFont(fonts::semibold());
    return label;
}

QLabel *smallLabel(const QString &text, QWidget *parent)
{
    QLabel *label = mutedLabel(text, parent);
    label->setFont(fonts::small());
    return label;
}

void nameBox(QComboBox *box, const QString &name)
{
    box->setAccessibleName(name);
    QLabel *label = plainLabel(name, box->parentWidget());
    label->setBuddy(box);
    label->hide();
}

QWidget *numberedLine(int number, const QString &text, QWidget *parent)
{
    auto *line = new QWidget(parent);
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(measure::kControlGap);
    QLabel *digit = plainLabel(QString::number(number), line);
    digit->setMinimumWidth(digit->fontMetrics().horizontalAdvance(QLatin1Char('0')));
    auto *words = new WrappedLabel(text, line);
    row->addWidget(digit, 0, Qt::AlignTop | Qt::AlignRight);
    row->addWidget(words, 1);
    return line;
}

} // namespace bartizan
