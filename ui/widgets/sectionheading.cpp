// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/sectionheading.h"

#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"
#include "ui/widgets/elidedlabel.h"

#include <QHBoxLayout>

namespace bartizan {

SectionHeading::SectionHeading(const QString &title, QWidget *parent)
    : QWidget(parent), m_title(new ElidedLabel(title, this)), m_note(new ElidedLabel(this)),
      m_layout(new QHBoxLayout(this))
{
    m_title->setFont(fonts::semibold());
    m_title->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_note->setMuted(true);
    m_note->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(measure::kControlGap);
    m_layout->addWidget(m_title);
    m_layout->addWidget(m_note);
    m_layout->addStretch(1);
}

void SectionHeading::setTitle(const QString &title)
{
    m_title->setText(title);
}

void SectionHeading::setNote(const QString &note)
{
    m_note->setText(note);
}

void SectionHeading::setNoteSmall(bool small)
{
    m_note->setFont(small ? fonts::small() : fonts::body());
}

void SectionHeading::addTool(QWidget *tool)
{
    m_layout->addWidget(tool);
}

} // namespace bartizan
