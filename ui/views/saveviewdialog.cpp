// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/saveviewdialog.h"

#include "ui/models/savedviews.h"
#include "ui/views/labels.h"
#include "ui/widgets/inlinemessage.h"

#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace bartizan {

SaveViewDialog::SaveViewDialog(const SavedViews *views, QWidget *parent)
    : FramedDialog(tr("Save view"), parent)
    , m_views(views)
    , m_name(new QLineEdit(this))
    , m_error(new FieldError(this))
{
    QLabel *label = plainLabel(tr("&Name"), this);
    label->setBuddy(m_name);
    m_name->setAccessibleName(tr("Name of the view"));
    m_name->setMaxLength(60);
    QLabel *what = mutedLabel(tr("The filter, the grouping, and the order, widths and sorting of the columns. A view of the same name is replaced."),
                              this);
    what->setWordWrap(true);
    body()->addWidget(label);
    body()->addWidget(m_name);
    body()->addWidget(m_error);
    body()->addWidget(what);
    connect(addButton(tr("Cancel")), &QAbstractButton::clicked, this, &QDialog::reject);
    m_accept = addButton(tr("Save"), true);
    connect(m_accept, &QAbstractButton::clicked, this, [this] {
        Q_EMIT named(m_name->text());
        accept();
    });
    connect(m_name, &QLineEdit::textChanged, this, &SaveViewDialog::validate);
    setMinimumWidth(380);
    validate();
    m_name->setFocus();
}

void SaveViewDialog::validate()
{
    const bool free = m_views->isFree(m_name->text());
    const bool taken = !free && !m_name->text().trimmed().isEmpty();
    m_error->setText(taken ? tr("A view of this name is built in.") : QString());
    FieldError::markField(m_name, taken);
    m_accept->setEnabled(free);
}

} // namespace bartizan
