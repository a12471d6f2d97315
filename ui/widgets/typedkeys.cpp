// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/typedkeys.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QKeyEvent>

namespace bartizan {
namespace {

/// Claims what is typed before a shortcut gets it.
class TypedKeys : public QObject {
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() != QEvent::ShortcutOverride)
            return QObject::eventFilter(watched, event);
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool typed = !key->text().isEmpty() && key->text().at(0).isPrint()
            && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
        if (typed)
            event->accept();
        return typed;
    }
};

} // namespace

void keepTypedKeys(QComboBox *box)
{
    box->installEventFilter(new TypedKeys(box));
    keepTypedKeys(box->view());
}

void keepTypedKeys(QAbstractItemView *list)
{
    list->installEventFilter(new TypedKeys(list));
}

} // namespace bartizan
